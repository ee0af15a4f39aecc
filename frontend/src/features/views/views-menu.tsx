/** The saved views of a type: shows one, and saves, updates, renames, shares and deletes. Open from the start. */
import { Popover } from '@base-ui/react/popover'
import { useState } from 'react'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { strings } from '../../lib/strings'
import { FRESH_TABLE, useUrlState } from '../../lib/url-state'
import type { CurrentView } from './current-view'
import { SaveView } from './save-view'
import { searchOf, stateOf, type SavedView, type ViewProblem } from './saved-views'
import type { SavedViews } from './use-saved-views'
import { linkOf } from './view-link'
import { ViewRow } from './view-row'
import { ViewsButtonContent, viewsButtonProps, type ViewsOf } from './views-label'

const words = strings.views

interface ViewsMenuProps extends ViewsOf {
  readonly views: SavedViews
  readonly current: CurrentView
}

export function ViewsMenu({ provider, portalId, type, views, current }: ViewsMenuProps) {
  const [open, setOpen] = useState(true)
  const [gone, setGone] = useState<SavedView | null>(null)
  const [edited, setEdited] = useState<string | null>(null)
  const [problem, setProblem] = useState<ViewProblem | null>(null)
  const [url, setUrl] = useUrlState()
  const ofType = views.all.filter((view) => view.type === type)
  const show = (view: SavedView | null) => {
    setUrl(view ? stateOf(view) : FRESH_TABLE)
    setOpen(false)
  }
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setGone(null)
        setEdited(null)
        setProblem(null)
      }}
    >
      <Popover.Trigger {...viewsButtonProps(current)}>
        <ViewsButtonContent current={current} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Popover.Popup className="menu views-menu">
            <Popover.Title className="menu-label">{words.button}</Popover.Title>
            <ul className="views-list">
              <li>
                <button
                  type="button"
                  className="view-choice"
                  aria-current={current.state === 'usual' || undefined}
                  onClick={() => {
                    show(null)
                  }}
                >
                  {words.usual}
                </button>
              </li>
              {ofType.map((view) => (
                <ViewRow
                  key={view.name}
                  view={view}
                  current={current.view === view}
                  edited={edited === view.name}
                  onEdited={setEdited}
                  onShow={() => {
                    show(view)
                  }}
                  onRename={(name) => {
                    const failure = views.replace(view, { ...view, name })
                    if (failure === null && current.view === view) setUrl({ named: name }, 'replace')
                    return failure
                  }}
                  onRemove={() => {
                    const failure = views.remove(view)
                    setProblem(failure)
                    if (failure !== null) return
                    setGone(view)
                    if (current.view === view) setUrl({ named: null }, 'replace')
                  }}
                />
              ))}
            </ul>
            {gone && (
              <p className="views-note" role="status">
                {words.removed(gone.name)}{' '}
                <Button
                  size="small"
                  variant="quiet"
                  autoFocus
                  onClick={() => {
                    const failure = views.add(gone)
                    setProblem(failure)
                    if (failure === null) setGone(null)
                  }}
                >
                  {words.undo}
                </Button>
              </p>
            )}
            <p className="views-note view-problem" role="alert">
              {problem !== null && words.problems[problem]}
            </p>
            {current.state === 'changed' && (
              <div className="views-actions">
                <Button
                  size="small"
                  variant="primary"
                  onClick={() => {
                    setProblem(views.replace(current.view, { ...current.view, search: searchOf(url) }))
                  }}
                >
                  {words.update(current.view.name)}
                </Button>
                <Button
                  size="small"
                  variant="quiet"
                  onClick={() => {
                    show(current.view)
                  }}
                >
                  {words.discard}
                </Button>
              </div>
            )}
            {current.state !== 'usual' && current.state !== 'saved' && (
              <SaveView
                suggestion={current.state === 'shared' ? current.name : ''}
                onSave={(name) => {
                  const failure = views.add({ type, name, search: searchOf(url) })
                  if (failure === null) setUrl({ named: name }, 'replace')
                  return failure
                }}
              />
            )}
            {current.state === 'usual' ? (
              <p className="views-note muted">{words.hint}</p>
            ) : (
              <div className="views-actions">
                <CopyButton text={linkOf({ ...url, app: provider, portal: portalId, type })} label={words.copyLink} />
              </div>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
