/** Where HubSpot has a record's page. The service says it of every record it delivers: this is for records not loaded yet. */
import type { Connection } from '../api/types'

const OWN_HOST = /^([a-z0-9-]+\.)*hubspot\.com$/
const TASKS = '0-27'
const NOTES = '0-46'

type Account = Pick<Connection, 'ui_domain' | 'portal_id'>

export function hubspotRecordUrl({ ui_domain, portal_id }: Account, typeId: string, recordId: string): string {
  const host = ui_domain !== null && OWN_HOST.test(ui_domain) ? ui_domain : 'app.hubspot.com'
  return `https://${host}/${pathOf(encodeURIComponent(portal_id), typeId, recordId)}`
}

/** Tasks and notes have no record page of their own. Source: `url` of recorded answers. */
function pathOf(portalId: string, typeId: string, recordId: string): string {
  const id = encodeURIComponent(recordId)
  if (typeId === TASKS) return `tasks/${portalId}/view/all/task/${id}`
  if (typeId === NOTES) {
    const filters = JSON.stringify([{ property: 'hs_object_id', operator: 'EQ', value: recordId }])
    return `contacts/${portalId}/objects/${NOTES}/views/all/list?filters=${encodeURIComponent(filters)}`
  }
  return `contacts/${portalId}/record/${encodeURIComponent(typeId)}/${id}`
}
