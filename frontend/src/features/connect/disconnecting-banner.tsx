/** Counts down to a disconnect, with a way to undo it, then ends the connection and reports a failure. */
import { Undo2 } from 'lucide-react'
import { useEffect, useEffectEvent } from 'react'
import { disconnectOnLeave, useDisconnect } from '../../api/disconnect'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { CountdownText } from '../../components/countdown-text'
import { Reference } from '../../components/reference'
import { formatCount } from '../../lib/format'
import { problemOf, textBelow } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { useMounted } from '../../lib/use-mounted'
import { connectionName } from '../connection-name'
import { forgetLoad, stopLoad } from '../load/use-load'
import { useSecondsUntil } from '../load/use-seconds-until'
import { disconnectNow, undoDisconnect, type PendingDisconnect } from './pending-disconnects'

const words = strings.connection

interface DisconnectingBannerProps {
  readonly pending: PendingDisconnect
  /** The connection is gone at both sides. */
  readonly onGone: (pending: PendingDisconnect) => void
}

export function DisconnectingBanner({ pending, onGone }: DisconnectingBannerProps) {
  const { provider, connection, endsAt, due } = pending
  const id = connection.connection_id
  const seconds = useSecondsUntil(endsAt)
  const mounted = useMounted()
  const { mutate, error, isPending } = useDisconnect(provider, {
    onEnding: stopLoad,
    onGone: () => {
      forgetLoad(id)
      // The page that was opened meanwhile ends it, too, and it alone may be changed.
      if (!mounted.current) return
      undoDisconnect(id)
      onGone(pending)
    },
  })
  const end = useEffectEvent(() => {
    mutate(id)
  })
  useEffect(() => {
    if (due) end()
  }, [due])
  useEffect(() => {
    const leave = () => {
      disconnectOnLeave(provider, id)
    }
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
    }
  }, [provider, id])

  const name = connectionName(connection)
  const problem = error && problemOf(error)
  const undo = () => {
    undoDisconnect(id)
  }
  if (problem)
    return (
      <Banner
        tone="bad"
        title={words.disconnectFailed(name)}
        actions={
          <>
            <Button
              size="small"
              onClick={() => {
                mutate(id)
              }}
            >
              {strings.action.retry}
            </Button>
            <Button size="small" variant="quiet" onClick={undo}>
              {strings.action.dismiss}
            </Button>
          </>
        }
      >
        <p>{textBelow(problem)}</p>
        <Reference id={problem.correlationId} />
      </Banner>
    )
  if (due || isPending) return <Banner tone="warn" title={words.disconnectingNow(name)} />
  return (
    <Banner
      tone="warn"
      title={<CountdownText text={words.disconnectSoon(name, formatCount(seconds))} />}
      actions={
        <>
          <Button size="small" variant="primary" icon={<Undo2 />} onClick={undo}>
            {words.undo}
          </Button>
          <Button
            size="small"
            variant="quiet"
            onClick={() => {
              disconnectNow(id)
            }}
          >
            {words.disconnectNow}
          </Button>
        </>
      }
    />
  )
}
