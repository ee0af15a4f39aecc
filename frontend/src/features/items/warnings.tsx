/** What the vendor left out, with the way to grant it where that helps. */
import { KeyRound, X } from 'lucide-react'
import type { ItemWarning } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { IconButton } from '../../components/icon-button'
import type { Dismissals } from '../../lib/dismissed'
import { formatCount } from '../../lib/format'
import { noticeText, noticeTexts } from '../../lib/notice'
import { strings } from '../../lib/strings'

/** Of what cannot be helped by a click. */
const MAX_SHOWN = 3

interface WarningsProps {
  readonly title: string
  readonly warnings: readonly ItemWarning[]
  readonly onGrant: (scopes: readonly string[]) => void
  /** Which of them the user dismissed; without it they cannot be dismissed. */
  readonly dismissals?: Dismissals
}

export function Warnings({ title, warnings, onGrant, dismissals }: WarningsProps) {
  const open = warnings.filter((warning) => !dismissals?.has(warning.detail))
  const grantable = open.filter((warning) => warning.missing_scopes.length > 0)
  const plain = warnings.filter((warning) => warning.missing_scopes.length === 0)
  const others = noticeTexts(plain)
  const list = plain
    .map((warning) => warning.detail)
    .sort()
    .join('\n')
  return (
    <>
      {grantable.map((warning) => (
        <Banner
          key={warning.detail}
          tone="warn"
          title={title}
          actions={
            <>
              <Button
                size="small"
                icon={<KeyRound />}
                onClick={() => {
                  onGrant(warning.missing_scopes)
                }}
              >
                {strings.connection.grant}
              </Button>
              {dismissals && <Dismiss notice={warning.detail} dismissals={dismissals} />}
            </>
          }
        >
          <p>{noticeText(warning)}</p>
        </Banner>
      ))}
      {others.length > 0 && !dismissals?.has(list) && (
        <Banner tone="warn" title={title} actions={dismissals && <Dismiss notice={list} dismissals={dismissals} />}>
          {others.slice(0, MAX_SHOWN).map((text) => (
            <p key={text}>{text}</p>
          ))}
          {others.length > MAX_SHOWN && <p>{strings.items.moreWarnings(formatCount(others.length - MAX_SHOWN))}</p>}
        </Banner>
      )}
    </>
  )
}

function Dismiss({ notice, dismissals }: { readonly notice: string; readonly dismissals: Dismissals }) {
  return (
    <IconButton
      label={strings.action.dismiss}
      icon={<X />}
      onClick={() => {
        dismissals.add(notice)
      }}
    />
  )
}
