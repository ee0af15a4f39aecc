/** Type by type: how far each is, and at the end what the receipt says and what is missing. */
import { Popover } from '@base-ui/react/popover'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { buttonClass } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import type { TypeProgress } from './load-state'
import { missingLines } from './missing'

const words = strings.load

interface LoadDetailsProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
}

export function LoadDetails({ load, tabs }: LoadDetailsProps) {
  const { state } = load
  const missing = missingLines(state, tabs)
  return (
    <Popover.Root>
      <Popover.Trigger className={buttonClass('quiet', 'small')}>{words.details}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={8} align="end">
          <Popover.Popup className="menu popover load-details">
            <Popover.Title className="popover-title">{state.receipt ? words.receipt : words.title}</Popover.Title>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">{words.type}</th>
                  <th scope="col" className="cell-end">
                    {words.delivered}
                  </th>
                  <th scope="col" className="cell-end">
                    {words.total}
                  </th>
                  <th scope="col">{words.state}</th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(state.types).map(([name, progress]) => (
                  <TypeLine
                    key={name}
                    label={tabs.find((tab) => tab.name === name)?.label ?? name}
                    progress={progress}
                    complete={state.receipt?.object_types[name]?.complete ?? null}
                  />
                ))}
              </tbody>
            </table>
            {missing.length > 0 && (
              <div className="load-missing">
                <ul>
                  {missing.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
                <p className="muted">{words.incompleteAdvice}</p>
              </div>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface TypeLineProps {
  readonly label: string
  readonly progress: TypeProgress
  /** As the receipt says; null while there is none. */
  readonly complete: boolean | null
}

function TypeLine({ label, progress, complete }: TypeLineProps) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="cell-end">{formatCount(progress.done)}</td>
      <td className="cell-end">{progress.total === null ? '–' : formatCount(progress.total)}</td>
      <td>
        {complete === null ? (
          progress.total !== null && (
            <progress aria-label={words.progressOf(label)} max={progress.total} value={progress.done} />
          )
        ) : (
          <span className={complete ? 'mark good' : 'mark warn'}>
            {complete ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
            {complete ? words.typeComplete : words.typeIncomplete}
          </span>
        )}
      </td>
    </tr>
  )
}
