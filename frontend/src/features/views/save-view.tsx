/** Asks for a view's name, and says why a view could not be saved. */
import { useId, useState, type ReactNode } from 'react'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import { cleanName, MAX_NAME_CHARACTERS, type ViewProblem } from './saved-views'

const words = strings.views

interface SaveViewProps {
  readonly suggestion: string
  readonly onSave: (name: string) => ViewProblem | null
}

export function SaveView({ suggestion, onSave }: SaveViewProps) {
  return <ViewNameForm suggestion={suggestion} submit={words.save} onName={onSave} />
}

interface ViewNameFormProps {
  readonly suggestion: string
  readonly submit: string
  readonly focused?: boolean
  /** Null when it was done. */
  readonly onName: (name: string) => ViewProblem | null
  readonly children?: ReactNode
}

export function ViewNameForm({ suggestion, submit, focused, onName, children }: ViewNameFormProps) {
  const [name, setName] = useState(suggestion)
  const [problem, setProblem] = useState<ViewProblem | null>(null)
  const id = useId()
  return (
    <form
      className="view-form"
      onSubmit={(event) => {
        event.preventDefault()
        const clean = cleanName(name)
        if (clean !== '') setProblem(onName(clean))
      }}
    >
      <input
        type="text"
        value={name}
        maxLength={MAX_NAME_CHARACTERS}
        required
        autoFocus={focused}
        aria-label={words.name}
        placeholder={words.name}
        aria-invalid={problem !== null}
        aria-describedby={id}
        onChange={(event) => {
          setName(event.target.value)
          setProblem(null)
        }}
      />
      <Button size="small" type="submit">
        {submit}
      </Button>
      {children}
      <p id={id} className="view-problem" role="alert">
        {problem !== null && words.problems[problem]}
      </p>
    </form>
  )
}
