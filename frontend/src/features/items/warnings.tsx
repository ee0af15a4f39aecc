/** What the vendor left out, with the way to grant it where that helps. */
import { KeyRound } from 'lucide-react'
import type { ItemWarning } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { formatCount } from '../../lib/format'
import { noticeText, noticeTexts } from '../../lib/notice'
import { strings } from '../../lib/strings'

/** Of what cannot be helped by a click. */
const MAX_SHOWN = 3

interface WarningsProps {
  readonly title: string
  readonly warnings: readonly ItemWarning[]
  readonly onGrant: (scopes: readonly string[]) => void
}

export function Warnings({ title, warnings, onGrant }: WarningsProps) {
  const grantable = warnings.filter((warning) => warning.missing_scopes.length > 0)
  const others = noticeTexts(warnings.filter((warning) => warning.missing_scopes.length === 0))
  return (
    <>
      {grantable.map((warning) => (
        <Banner
          key={warning.detail}
          tone="warn"
          title={title}
          actions={
            <Button
              size="small"
              icon={<KeyRound />}
              onClick={() => {
                onGrant(warning.missing_scopes)
              }}
            >
              {strings.connection.grant}
            </Button>
          }
        >
          <p>{noticeText(warning)}</p>
        </Banner>
      ))}
      {others.length > 0 && (
        <Banner tone="warn" title={title}>
          {others.slice(0, MAX_SHOWN).map((text) => (
            <p key={text}>{text}</p>
          ))}
          {others.length > MAX_SHOWN && <p>{strings.items.moreWarnings(formatCount(others.length - MAX_SHOWN))}</p>}
        </Banner>
      )}
    </>
  )
}
