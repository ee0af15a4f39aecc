/** What the button of the saved views says: the current view, and whether it was changed. */
import { Bookmark, ChevronDown } from 'lucide-react'
import { buttonClass } from '../../components/button'
import { strings } from '../../lib/strings'
import type { CurrentView } from './current-view'

const words = strings.views

/** Whose views: an account's, of one type. */
export interface ViewsOf {
  readonly provider: string
  readonly portalId: string
  readonly type: string
}

export function viewsButtonProps(current: CurrentView) {
  const changed = current.state === 'changed' ? [words.changed] : []
  return {
    className: buttonClass('secondary', 'small', 'views-button'),
    'aria-label': `${words.button}: ${[nameOf(current), ...changed].join(', ')}`,
  }
}

export function ViewsButtonContent({ current }: { readonly current: CurrentView }) {
  return (
    <>
      <Bookmark aria-hidden="true" />
      <span className="views-name">{nameOf(current)}</span>
      {current.state === 'changed' && <span className="views-changed" aria-hidden="true" />}
      <ChevronDown aria-hidden="true" />
    </>
  )
}

function nameOf(current: CurrentView): string {
  switch (current.state) {
    case 'usual':
      return words.usual
    case 'unsaved':
      return words.unsaved
    case 'shared':
      return current.name
    default:
      return current.view.name
  }
}
