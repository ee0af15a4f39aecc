/** Names the current view, and opens the saved views of the type. */
import { FirstUse, preparedPart } from '../../components/first-use'
import { useUrlState } from '../../lib/url-state'
import { currentView } from './current-view'
import { useSavedViews } from './use-saved-views'
import { ViewsButtonContent, viewsButtonProps, type ViewsOf } from './views-label'

const [ViewsMenu, prepare] = preparedPart(async () => (await import('./views-menu')).ViewsMenu)

interface ViewsButtonProps extends ViewsOf {
  readonly arranged: boolean
}

export function ViewsButton({ arranged, ...of }: ViewsButtonProps) {
  const [url] = useUrlState()
  const views = useSavedViews(of.provider, of.portalId)
  const current = currentView(views.all, of.type, url, arranged)
  return (
    <FirstUse
      {...viewsButtonProps(current)}
      prepare={prepare}
      menu={<ViewsMenu {...of} views={views} current={current} />}
    >
      <ViewsButtonContent current={current} />
    </FirstUse>
  )
}
