/** A saved view in the list: shown by its name, renamed in place, deleted. */
import { Pencil, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import type { SavedView, ViewProblem } from './saved-views'
import { ViewNameForm } from './save-view'

const words = strings.views

interface ViewRowProps {
  readonly view: SavedView
  /** The address shows it. */
  readonly current: boolean
  /** It was renamed just now, or its renaming was canceled. */
  readonly edited: boolean
  readonly onShow: () => void
  readonly onRename: (name: string) => ViewProblem | null
  /** Under this name. */
  readonly onEdited: (name: string) => void
  readonly onRemove: () => void
}

export function ViewRow({ view, current, edited, onShow, onRename, onEdited, onRemove }: ViewRowProps) {
  const [renaming, setRenaming] = useState(false)
  const finish = (name: string) => {
    setRenaming(false)
    onEdited(name)
  }
  if (renaming)
    return (
      <li>
        <ViewNameForm
          suggestion={view.name}
          submit={words.renameSave}
          focused
          onName={(name) => {
            const problem = name === view.name ? null : onRename(name)
            if (problem === null) finish(name)
            return problem
          }}
        >
          <IconButton
            label={strings.action.cancel}
            icon={<X />}
            onClick={() => {
              finish(view.name)
            }}
          />
        </ViewNameForm>
      </li>
    )
  return (
    <li>
      <button
        type="button"
        className="view-choice"
        aria-current={current || undefined}
        autoFocus={edited}
        onClick={onShow}
      >
        {view.name}
      </button>
      <IconButton
        label={words.rename(view.name)}
        icon={<Pencil />}
        onClick={() => {
          setRenaming(true)
        }}
      />
      <IconButton label={words.remove(view.name)} icon={<Trash2 />} onClick={onRemove} />
    </li>
  )
}
