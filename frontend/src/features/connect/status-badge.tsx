/** A connection's status by word, icon and colour. */
import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'

export function StatusBadge({ status }: { readonly status: Connection['status'] }) {
  const good = status === 'connected'
  return (
    <span className={`badge ${good ? 'badge-good' : 'badge-warn'}`}>
      {good ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      {strings.connection.status[status]}
    </span>
  )
}
