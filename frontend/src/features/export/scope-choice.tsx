/** Chooses what an export takes along. */
import { useId } from 'react'
import { strings } from '../../lib/strings'
import { loadedRecords } from './account-tables'
import { selectionOf, type Exportable, type Scope } from './export-scope'

const words = strings.exporting

interface ScopeChoiceProps extends Exportable {
  readonly scope: Scope
  readonly onChoose: (scope: Scope) => void
}

interface Choice {
  readonly scope: Scope
  readonly label: string
  readonly text: string
  readonly able: boolean
}

export function ScopeChoice({ scope, onChoose, ...of }: ScopeChoiceProps) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">{words.scope}</legend>
      {[chosenChoice(of), viewChoice(of), accountChoice(of)].map((choice) => (
        <label key={choice.scope} className="choice">
          <input
            type="radio"
            name={name}
            checked={scope === choice.scope}
            disabled={!choice.able}
            onChange={() => {
              onChoose(choice.scope)
            }}
          />
          <span>
            {choice.label}
            <span className="muted">{choice.text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function chosenChoice({ chosen, columns }: Exportable): Choice {
  const able = chosen.rows.length > 0
  const what = able ? words.what(chosen.rows.length, columns.length) : words.noneChosen
  return {
    scope: 'chosen',
    label: words.chosen,
    text: joined(what, chosen.hidden > 0 && words.hidden(chosen.hidden)),
    able,
  }
}

function viewChoice({ tab, rows, columns, narrowed }: Exportable): Choice {
  const able = rows.length > 0
  const text = able ? joined(words.what(rows.length, columns.length), narrowed && words.filtered) : words.nothing
  return { scope: 'view', label: words.view(tab.label), text, able }
}

function accountChoice(of: Exportable): Choice {
  const { account } = of
  const loaded = loadedRecords(account)
  const whole = selectionOf('account', of).receipt.complete
  const text = loaded > 0 ? words.accountText(loaded, account.name) : words.nothing
  return { scope: 'account', label: whole ? words.account : words.allLoaded, text, able: loaded > 0 }
}

function joined(sentence: string, next: string | false): string {
  return next === false ? sentence : `${sentence} ${next}`
}
