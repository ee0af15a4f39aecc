/** The page's shape before anything is known. index.html has the same, for until this script runs. */
import { Skeleton } from '../components/skeleton'

export function PageSkeleton() {
  return (
    <div className="card lone page-skeleton" aria-busy="true">
      <Skeleton />
      <Skeleton />
      <Skeleton />
      <Skeleton />
      <Skeleton />
    </div>
  )
}
