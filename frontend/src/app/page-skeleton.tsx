/** The page's shape before anything is known. */
import { Skeleton } from '../components/skeleton'

export function PageSkeleton() {
  return (
    <div className="card lone page-skeleton" aria-busy="true">
      <Skeleton width="3rem" height="3rem" />
      <Skeleton width="50%" height="1.6rem" />
      <Skeleton width="80%" />
      <Skeleton width="65%" />
      <Skeleton width="11rem" height="2.6rem" />
    </div>
  )
}
