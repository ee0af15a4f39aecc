/** Disconnects under way on an integration's page, and what the page shows after one. */
import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Connection, Integration } from '../../api/types'
import { Banner } from '../../components/banner'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import { DisconnectingBanner } from './disconnecting-banner'
import { usePendingDisconnects, type PendingDisconnect } from './pending-disconnects'

/** Of all integrations: a disconnect ends although another page is opened meanwhile. */
export function Disconnects({ onGone }: { readonly onGone: (pending: PendingDisconnect) => void }) {
  return usePendingDisconnects().map((pending) => (
    <DisconnectingBanner key={pending.connection.connection_id} pending={pending} onGone={onGone} />
  ))
}

interface Gone {
  readonly name: string
  readonly dismiss: () => void
}

/** Shows the next account, says so, and moves the focus to the page's title. */
export function useGoneAccount(
  { connections }: Pick<Integration, 'connections'>,
  shown: Connection | null,
  onShowNext: (next: Connection | null) => void,
): [Gone | null, (pending: PendingDisconnect) => void] {
  const [last, setLast] = useState<Connection | null>(null)
  const moved = useRef(false)
  useEffect(() => {
    if (!moved.current) return
    const title = document.getElementById('page-title')
    title?.focus()
    moved.current = title === null
  })
  const onGone = ({ connection }: PendingDisconnect) => {
    setLast(connection)
    if (shown?.connection_id !== connection.connection_id) return
    moved.current = true
    onShowNext(connections.find((entry) => entry.connection_id !== connection.connection_id) ?? null)
  }
  const dismiss = () => {
    setLast(null)
  }
  const isBack = connections.some((entry) => entry.portal_id === last?.portal_id)
  return [last === null || isBack ? null : { name: connectionName(last), dismiss }, onGone]
}

export function GoneNotice({ gone, shown }: { readonly gone: Gone; readonly shown: Connection | null }) {
  return (
    <Banner
      tone="good"
      title={strings.connection.goneTitle(gone.name)}
      actions={<IconButton label={strings.action.dismiss} icon={<X />} onClick={gone.dismiss} />}
    >
      {shown && <p>{strings.connection.goneText(connectionName(shown))}</p>}
    </Banner>
  )
}
