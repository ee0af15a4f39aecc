/** The API's shapes by the names the page uses. */

export interface Connection {
  connection_id: string
  status: 'connected' | 'reconnect_required'
  portal_id: string
  portal_name: string | null
  account_type: string | null
  region: string | null
  ui_domain: string | null
  granted_scopes: string[]
  missing_scopes: string[]
  connected_at: string
  refreshed_at: string | null
  access_token_expires_at: string | null
  reason: string | null
}

export interface Integration {
  id: string
  label: string
  configured: boolean
  missing_settings: string[]
  required_scopes: string[]
  optional_scopes: string[]
  object_types: { name: string; label: string; item_type: string; default: boolean }[]
  connections: Connection[]
}

export interface Flow {
  status: 'pending' | 'connected' | 'failed'
  connection_id: string | null
  error: { code: string; detail: string; action: string } | null
}

export interface FlowStart {
  authorization_url: string
  flow_id: string
  expires_in: number
}

export interface ObjectType {
  name: string
  label: string
  item_type: string
  type_id: string
  custom: boolean
  readable: boolean
  missing_scopes: string[]
  total: number | null
}

export interface Item {
  id: string
  type: string
  directory: boolean
  parent_path_or_name: string | null
  parent_id: string | null
  name: string
  creation_time: string | null
  last_modified_time: string | null
  url: string | null
  children: string[] | null
  mime_type: string | null
  delta: string | null
  drive_id: string | null
  visibility: boolean | null
  properties: Record<string, unknown>
  labels: Record<string, string>
  associations: Record<string, string[]>
}

export interface ItemWarning {
  code: string
  object_type: string
  missing_scopes: string[]
  detail: string
}

export interface ItemsPage {
  items: Item[]
  next: string | null
  warnings: ItemWarning[]
}
