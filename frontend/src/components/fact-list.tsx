/** What is known of something, term by term; what is not known is left out. */
import type { ReactNode } from 'react'

interface FactListProps {
  readonly className: string
  readonly facts: readonly (readonly [term: string, value: ReactNode])[]
}

export function FactList({ className, facts }: FactListProps) {
  return (
    <dl className={className}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([term, value], place) => (
          // Two properties may have the same label.
          <div key={`${term} ${String(place)}`}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
