/** The addresses of the host application that get events: add, test, new secret, deliveries, delete. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { endpointsQuery, type CreatedEndpoint } from '../../api/event-endpoints'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { EndpointItem } from './endpoint-item'
import { EndpointSecret } from './endpoint-secret'
import { NewEndpoint } from './new-endpoint'

const words = strings.endpoints

export function EventEndpoints() {
  const { data: endpoints, error } = useQuery(endpointsQuery)
  const [created, setCreated] = useState<CreatedEndpoint | null>(null)
  return (
    <section aria-label={words.title} className="endpoints">
      <h3>{words.title}</h3>
      <p className="muted">{words.text}</p>
      {created && (
        <EndpointSecret
          endpoint={created}
          onStored={() => {
            setCreated(null)
          }}
        />
      )}
      {error && (
        <p className="muted" role="alert">
          {problemOf(error).detail}
        </p>
      )}
      {endpoints?.length === 0 && <p className="muted">{words.none}</p>}
      {endpoints && endpoints.length > 0 && (
        <ul className="endpoint-list">
          {endpoints.map((endpoint) => (
            <EndpointItem key={endpoint.endpoint_id} endpoint={endpoint} onSecret={setCreated} />
          ))}
        </ul>
      )}
      <NewEndpoint onCreated={setCreated} />
    </section>
  )
}
