/** One event endpoint: its address and state, what can be done with it, and its deliveries on demand. */
import { useState } from 'react'
import { useDeleteEndpoint, useNewSecret, useTestEndpoint, type EventEndpoint } from '../../api/event-endpoints'
import { Button } from '../../components/button'
import { ConfirmButton } from '../../components/confirm-button'
import { formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { ActionError } from './action-error'
import { deliveryWords, EndpointDeliveries } from './endpoint-deliveries'

const words = strings.endpoints
const LOOKS = { on: 'badge-good', failing: 'badge-warn', off: 'badge-warn', unreadable: 'badge-warn' }

interface EndpointItemProps {
  readonly endpoint: EventEndpoint
}

export function EndpointItem({ endpoint }: EndpointItemProps) {
  const { endpoint_id: id, state, failing_since: failingSince } = endpoint
  const url = endpoint.url ?? words.noAddress
  const [opened, setOpened] = useState(false)
  const test = useTestEndpoint()
  const secret = useNewSecret()
  return (
    <li className="endpoint">
      <div className="endpoint-head">
        <span className="endpoint-url">{url}</span>
        <span className={`badge ${LOOKS[state]}`}>{words.states[state]}</span>
        {failingSince !== null && <span className="muted">{words.since(formatMoment(failingSince))}</span>}
        {state === 'off' && <span className="muted">{words.offText}</span>}
        {state === 'unreadable' && <span className="muted">{words.unreadableText}</span>}
      </div>
      <div className="sync-actions">
        {state !== 'unreadable' && (
          <>
            <Button
              size="small"
              busy={test.isPending}
              aria-label={words.testOf(url)}
              onClick={() => {
                test.mutate(id)
              }}
            >
              {words.test}
            </Button>
            <Button
              size="small"
              busy={secret.isPending}
              onClick={() => {
                secret.mutate(id)
              }}
            >
              {words.newSecret}
            </Button>
            <Button
              size="small"
              aria-expanded={opened}
              onClick={() => {
                setOpened(!opened)
              }}
            >
              {words.deliveries}
            </Button>
          </>
        )}
        <DeleteButton id={id} />
      </div>
      <p role="status" className={test.data ? 'endpoint-result' : 'visually-hidden'}>
        {test.data && deliveryWords(test.data)}
      </p>
      <ActionError error={test.error ?? secret.error} />
      {opened && <EndpointDeliveries id={id} url={url} />}
    </li>
  )
}

function DeleteButton({ id }: { readonly id: string }) {
  const [asking, setAsking] = useState(false)
  const remove = useDeleteEndpoint()
  return (
    <>
      <ConfirmButton
        label={words.remove}
        question={words.confirmRemove}
        asking={asking}
        setAsking={setAsking}
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate(id)
        }}
      />
      <ActionError error={remove.error} />
    </>
  )
}
