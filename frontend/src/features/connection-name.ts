/** How a connection is called. */
import type { Connection } from '../api/types'
import { strings } from '../lib/strings'

const words = strings.connection

export function connectionName(connection: Pick<Connection, 'portal_id' | 'portal_name'>): string {
  return connection.portal_name ?? words.unnamed(connection.portal_id)
}

/** Region and account type in words; empty when the vendor tells neither. */
export function connectionPlace(connection: Pick<Connection, 'region' | 'account_type'>): string {
  return [regionName(connection.region), accountTypeName(connection.account_type)].filter(Boolean).join(' · ')
}

export function regionName(region: string | null): string | null {
  return region && (words.regions[region] ?? region)
}

export function accountTypeName(type: string | null): string | null {
  return type && (words.accountTypes[type] ?? type)
}
