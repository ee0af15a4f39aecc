/** Names the current view, and opens the saved views of the type. The menu's code comes with the first click. */
import { Suspense, useState } from 'react'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { useUrlState } from '../../lib/url-state'
import { currentView } from './current-view'
import { useSavedViews } from './use-saved-views'
import { ViewsButtonContent, viewsButtonProps, type ViewsOf } from './views-label'

const load = () => import('./views-menu')
const ViewsMenu = lazyPart(async () => (await load()).ViewsMenu)

export function ViewsButton(of: ViewsOf) {
  const [wanted, setWanted] = useState(false)
  const [url] = useUrlState()
  const views = useSavedViews(of.provider, of.portalId)
  const current = currentView(views.all, of.type, url)
  const button = (
    <button
      type="button"
      {...viewsButtonProps(current)}
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => {
        setWanted(true)
      }}
    >
      <ViewsButtonContent current={current} />
    </button>
  )
  if (!wanted) return button
  return (
    <PanelBoundary compact>
      <Suspense fallback={button}>
        <ViewsMenu {...of} views={views} current={current} />
      </Suspense>
    </PanelBoundary>
  )
}
