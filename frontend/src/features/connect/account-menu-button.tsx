/** Opens the facts of an account and what can be done with it. */
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { buttonClass } from '../../components/button'
import { FirstUse, preparedPart } from '../../components/first-use'
import { useCommand } from '../../lib/commands'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { AccountMenuProps } from './account-menu'

const [AccountMenu, prepare] = preparedPart(async () => (await import('./account-menu')).AccountMenu)

export function AccountMenuButton(of: AccountMenuProps) {
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState(false)
  const [used, setUsed] = useState(false)
  useCommand('disconnect', strings.palette.disconnect(connectionName(of.connection)), () => {
    setUsed(true)
    setAsking(true)
  })
  useCommand('connect', strings.connect.addPortal, () => {
    of.flow.start()
  })
  return (
    <FirstUse
      className={buttonClass('secondary', 'small')}
      aria-label={strings.connection.details}
      prepare={prepare}
      used={used}
      onClick={() => {
        setOpen(true)
      }}
      menu={<AccountMenu {...of} open={open} setOpen={setOpen} asking={asking} setAsking={setAsking} />}
    >
      <Ellipsis aria-hidden="true" />
    </FirstUse>
  )
}
