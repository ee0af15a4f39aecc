/** Asks once before a connection ends, and says what happens on both sides. */
import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useDisconnect } from '../../api/integrations'
import type { Connection } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button, buttonClass } from '../../components/button'
import { Reference } from '../../components/reference'
import { problemOf, textBelow } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import { forgetLoad, stopLoad } from '../load/use-load'

const words = strings.connection

interface DisconnectDialogProps {
  readonly provider: string
  readonly afterDisconnect: string
  readonly connection: Connection
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function DisconnectDialog({ provider, afterDisconnect, connection, open, onOpenChange }: DisconnectDialogProps) {
  const disconnect = useDisconnect(provider, { onEnding: stopLoad, onGone: forgetLoad })
  const problem = disconnect.error && problemOf(disconnect.error)
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">
            {words.disconnectTitle(connectionName(connection))}
          </AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="dialog-text">
            <ul>
              <li>{words.disconnectHere}</li>
              <li>{afterDisconnect}</li>
            </ul>
            <p className="muted">{words.disconnectLater}</p>
          </AlertDialog.Description>
          {problem && (
            <Banner tone="bad" title={problem.title}>
              <p>{textBelow(problem)}</p>
              <Reference id={problem.correlationId} />
            </Banner>
          )}
          <div className="dialog-actions">
            <AlertDialog.Close className={buttonClass('secondary')}>{strings.action.cancel}</AlertDialog.Close>
            <Button
              variant="danger"
              disabled={disconnect.isPending}
              onClick={() => {
                disconnect.mutate(connection.connection_id, {
                  onSuccess: () => {
                    onOpenChange(false)
                  },
                })
              }}
            >
              {disconnect.isPending ? words.disconnecting : words.disconnect}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
