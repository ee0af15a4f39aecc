/** Says why an account has to be reconnected, with the one button that does it. */
import { RefreshCw } from 'lucide-react'
import type { Connection } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'

const words = strings.connection

interface ReconnectBannerProps {
  readonly vendor: string
  readonly connection: Connection
  readonly busy: boolean
  readonly onReconnect: () => void
}

export function ReconnectBanner({ vendor, connection, busy, onReconnect }: ReconnectBannerProps) {
  if (connection.status !== 'reconnect_required') return null
  const reason = words.reasons[connection.reason ?? ''] ?? words.reasonUnknown
  return (
    <Banner
      tone="warn"
      title={words.bannerTitle(connectionName(connection))}
      actions={
        <Button variant="primary" icon={<RefreshCw />} busy={busy} onClick={onReconnect}>
          {strings.connect.reconnect}
        </Button>
      }
    >
      <p>
        {reason(vendor)} {connection.ended_at && words.bannerSince(formatMoment(connection.ended_at))}{' '}
        {words.bannerKept}
      </p>
    </Banner>
  )
}
