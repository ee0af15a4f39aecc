/** The shape of the overview before it is drawn. */
import { Skeleton } from '../../components/skeleton'

const CARDS = 6

export function OverviewSkeleton() {
  return (
    <div className="overview" aria-busy="true">
      <div className="charts">
        {Array.from({ length: CARDS }, (_, index) => (
          <div key={index} className="chart chart-skeleton">
            <Skeleton width="45%" height="1rem" />
            <Skeleton width="90%" />
            <Skeleton width="70%" />
            <Skeleton width="55%" />
            <Skeleton width="30%" />
          </div>
        ))}
      </div>
    </div>
  )
}
