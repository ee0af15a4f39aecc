/** The last attempts to deliver events to an endpoint. */
import { useQuery } from '@tanstack/react-query'
import { deliveriesQuery, type Delivery } from '../../api/event-endpoints'
import { formatCount, formatMoment } from '../../lib/format'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'

const words = strings.endpoints

export function EndpointDeliveries({ id, url }: { readonly id: string; readonly url: string }) {
  const { data: deliveries, error } = useQuery(deliveriesQuery(id))
  if (deliveries === undefined)
    return (
      error && (
        <p className="muted" role="alert">
          {problemOf(error).detail}
        </p>
      )
    )
  if (deliveries.length === 0) return <p className="muted">{words.noDeliveries}</p>
  return (
    <div className="sync-table" role="region" tabIndex={0} aria-label={words.deliveriesOf(url)}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{words.event}</th>
            <th scope="col">{words.result}</th>
            <th scope="col">{words.at}</th>
            <th scope="col" className="cell-end">
              {words.attempt}
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={`${delivery.event_id} ${String(delivery.attempt)} ${delivery.at}`}>
              <th scope="row">{delivery.type}</th>
              <td>{deliveryWords(delivery)}</td>
              <td>{formatMoment(delivery.at)}</td>
              <td className="cell-end">{formatCount(delivery.attempt + 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What became of an attempt. */
export function deliveryWords({ delivered, status, error, duration_ms: duration }: Delivery): string {
  if (delivered) return words.delivered(String(status), `${formatCount(duration)} ms`)
  if (error !== null) return words.notDelivered(words.reasons[error] ?? error)
  return words.notDelivered(words.answered(String(status)))
}
