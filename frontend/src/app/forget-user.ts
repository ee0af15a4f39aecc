/** What the page has stored of its user is deleted when another one may follow. */
import { forgetSeenConnections } from '../features/connect/seen-connections'
import { forgetSavedLoads } from '../features/load/saved-load'
import { forgetSecrets } from '../lib/new-secrets'
import { forgetTables } from '../lib/table-memory'

export async function forgetUser(): Promise<void> {
  forgetSeenConnections()
  forgetTables()
  forgetSecrets()
  await forgetSavedLoads()
}
