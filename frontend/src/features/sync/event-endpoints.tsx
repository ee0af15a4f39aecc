/** The addresses of the host application that get events: add, test, new secret, deliveries, delete. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { endpointsQuery } from '../../api/event-endpoints'
import { forgetSecret, useNewSecrets } from '../../lib/new-secrets'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { EndpointItem } from './endpoint-item'
import { EndpointSecret } from './endpoint-secret'
import { NewEndpoint } from './new-endpoint'

const words = strings.endpoints

export function EventEndpoints() {
  const { data: endpoints, error } = useQuery(endpointsQuery)
  const secrets = useNewSecrets()
  const [earlier] = useState(secrets)
  return (
    <section aria-label={words.title} className="endpoints">
      <h3>{words.title}</h3>
      <p className="muted">{words.text}</p>
      {secrets.map((endpoint) => (
        <EndpointSecret
          key={endpoint.secret}
          endpoint={endpoint}
          takesFocus={!earlier.includes(endpoint)}
          onStored={() => {
            forgetSecret(endpoint.endpoint_id)
          }}
        />
      ))}
      {error && (
        <p className="muted" role="alert">
          {problemOf(error).detail}
        </p>
      )}
      {endpoints?.length === 0 && <p className="muted">{words.none}</p>}
      {endpoints && endpoints.length > 0 && (
        <ul className="endpoint-list">
          {endpoints.map((endpoint) => (
            <EndpointItem key={endpoint.endpoint_id} endpoint={endpoint} />
          ))}
        </ul>
      )}
      <NewEndpoint />
    </section>
  )
}
