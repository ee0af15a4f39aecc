/** Asks before a connection ends: the consequences on both sides, and a copy of the loaded records first. */
import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Download } from 'lucide-react'
import type { Connection } from '../../api/types'
import { Button, buttonClass } from '../../components/button'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import { receiptOf } from '../export/export-job'
import { ExportOutcome } from '../export/export-outcome'
import { useExport } from '../export/use-export'
import { useLoad } from '../load/use-load'
import { scheduleDisconnect } from './pending-disconnects'

const words = strings.connection

interface DisconnectDialogProps {
  readonly provider: string
  readonly afterDisconnect: string
  readonly connection: Connection
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function DisconnectDialog({ provider, afterDisconnect, connection, open, onOpenChange }: DisconnectDialogProps) {
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
          <div className="dialog-actions">
            <ExportFirst provider={provider} connection={connection} />
            <AlertDialog.Close className={buttonClass('secondary')}>{strings.action.cancel}</AlertDialog.Close>
            <Button
              variant="danger"
              onClick={() => {
                scheduleDisconnect(provider, connection)
                onOpenChange(false)
              }}
            >
              {words.disconnect}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

/** All loaded records of the account in one file. */
function ExportFirst({ provider, connection }: { readonly provider: string; readonly connection: Connection }) {
  const load = useLoad(provider, connection.connection_id)
  const { state, start, stop } = useExport()
  const rows = load.all()
  if (rows.length === 0) return null
  return (
    <>
      <Button
        icon={<Download />}
        busy={state.step === 'writing'}
        onClick={() => {
          const total = load.state.receipt?.complete === true ? rows.length : null
          const table = { name: 'all', label: '', rows, count: rows.length, columns: [], total }
          void start({
            tables: [table],
            receipt: receiptOf([table], { narrowed: false }),
            format: 'ndjson',
            safe: false,
            account: connectionName(connection),
            fileName: `${provider}-${connection.portal_id}`,
          })
        }}
      >
        {words.exportFirst(rows.length)}
      </Button>
      {state.step !== 'writing' && <ExportOutcome state={state} onStop={stop} />}
    </>
  )
}
