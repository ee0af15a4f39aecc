/** Under the table: more to load, loading, failed, or all there. */
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { ItemsQuery } from './use-items'

const words = strings.items

export function LoadFooter({ query }: { readonly query: ItemsQuery }) {
  const more = () => void query.fetchNextPage()
  if (query.isFetchNextPageError && !query.isFetchingNextPage) {
    const problem = problemOf(query.error)
    return (
      <footer className="table-footer table-footer-bad" role="alert">
        <p>
          {words.moreFailed} {problem.detail}
        </p>
        <Reference id={problem.correlationId} />
        <Button size="small" onClick={more}>
          {strings.action.retry}
        </Button>
      </footer>
    )
  }
  return (
    <footer className="table-footer">
      {query.hasNextPage ? (
        <Button size="small" onClick={more} disabled={query.isFetchingNextPage}>
          {query.isFetchingNextPage && <Spinner />}
          {query.isFetchingNextPage ? words.loadingMore : words.loadMore}
        </Button>
      ) : (
        <p className="muted">{words.allLoaded}</p>
      )}
    </footer>
  )
}
