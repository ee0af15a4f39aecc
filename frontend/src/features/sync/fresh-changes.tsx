/** Follows the change feed while the page is visible: says how many records changed, and shows them in place. */
import { RefreshCw } from 'lucide-react'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { checkFeed, followChanges } from '../../api/changes'
import { Button } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { whileVisible } from '../../lib/while-visible'
import type { AccountLoad } from '../load/account-load'
import { LiveChanges } from './live-changes'
import { isNews, newsOf } from './news'

const words = strings.sync

interface FreshChangesProps {
  readonly provider: string
  readonly connectionId: string
  readonly load: AccountLoad
  /** The feed's cursor behind what was loaded. */
  readonly after: string
  /** Reads all stored records again. */
  readonly onReload: () => void
}

export function FreshChanges({ provider, connectionId, load, after, onReload }: FreshChangesProps) {
  const live = useLiveChanges(provider, connectionId, after)
  const { pending, asOf, ended } = live.state
  const news = newsOf(pending.values(), (id) => load.find(id))
  useEffect(() => {
    if (news !== null || ended) return
    // Whatever is pending alters nothing that is displayed.
    if (pending.size > 0) live.shown()
    else if (asOf !== null) load.apply([], asOf)
  })
  if (ended) return <Note text={words.manyChanges} onShow={onReload} />
  if (news === null) return null
  const counts = [news.added, news.changed, news.deleted].map(formatCount) as [string, string, string]
  return (
    <Note
      text={words.newChanges(words.changedLabel(...counts))}
      onShow={() => {
        const changes = live.shown().filter((change) => isNews(change, (id) => load.find(id)))
        load.apply(changes, asOf)
      }}
    />
  )
}

function Note({ text, onShow }: { readonly text: string; readonly onShow: () => void }) {
  return (
    <div className="partial-note fresh-changes" role="status">
      <span>{text}</span>
      <Button size="small" variant="quiet" icon={<RefreshCw />} onClick={onShow}>
        {words.show}
      </Button>
    </div>
  )
}

function useLiveChanges(provider: string, connectionId: string, after: string): LiveChanges {
  const live = useMemo(() => {
    const target = { provider, connectionId }
    const feed = {
      follow: (cursor: string, listener: Parameters<typeof followChanges>[2]) =>
        followChanges(target, cursor, listener),
      check: (cursor: string) => checkFeed(target, cursor),
    }
    return new LiveChanges(feed, after)
  }, [provider, connectionId, after])
  useSyncExternalStore(live.subscribe, () => live.state)
  useEffect(() => whileVisible(live.follow), [live])
  return live
}
