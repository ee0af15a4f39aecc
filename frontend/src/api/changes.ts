/** The change feed of a connection, as it happens: server-sent events. */
import { serviceUrl } from '../lib/base-url'
import { identity } from '../lib/identity'
import { answerOf, api } from './client'
import type { components } from './schema.gen'
import type { Item } from './types'

type Schemas = components['schemas']
/** One change of a record. `item` is null of a deletion. */
export type Change = Omit<Schemas['ChangeView'], 'item'> & { readonly item: Item | null }

interface Target {
  readonly provider: string
  readonly connectionId: string
}

export interface FeedListener {
  /** Everything up to the cursor `next`; `asOf` is null while more follows at once. */
  readonly onPage: (changes: readonly Change[], next: string, asOf: string | null) => void
  /** The service refused: the stream does not open again by itself. */
  readonly onRefused: () => void
}

/** Opens the feed behind a cursor; the browser reopens it by itself where it ended. Returns how to close it. */
export function followChanges({ provider, connectionId }: Target, after: string, listener: FeedListener): () => void {
  const query = new URLSearchParams({ ...identity(), connection_id: connectionId, after })
  const events = new EventSource(serviceUrl(`integrations/${provider}/changes?${query.toString()}`))
  let changes: Change[] = []
  const end = (event: MessageEvent<string>) => {
    const { next, as_of = null } = JSON.parse(event.data) as { next: string; as_of?: string | null }
    listener.onPage(changes, next, as_of)
    changes = []
  }
  events.addEventListener('change', (event: MessageEvent<string>) => {
    changes.push(JSON.parse(event.data) as Change)
  })
  events.addEventListener('checkpoint', end)
  events.addEventListener('up_to_date', end)
  events.addEventListener('error', () => {
    // The page that was interrupted comes again.
    changes = []
    if (events.readyState === EventSource.CLOSED) listener.onRefused()
  })
  return () => {
    events.close()
  }
}

/** Asks once, to learn why the stream was refused. Throws a ProblemError. */
export async function checkFeed({ provider, connectionId }: Target, after: string): Promise<void> {
  const query = { connection_id: connectionId, after, limit: 1, items: false }
  await answerOf(api.GET('/integrations/{provider}/changes', { params: { path: { provider }, query } }))
}
