/** Says that the address shows a view somebody shared, and offers to save it. */
import { Bookmark, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import { currentView } from './current-view'
import { cleanName, searchOf, type ViewProblem } from './saved-views'
import { useSavedViews } from './use-saved-views'
import type { ViewsOf } from './views-label'

const words = strings.views

export function SharedView({ provider, portalId, type }: ViewsOf) {
  const [url, setUrl] = useUrlState()
  const views = useSavedViews(provider, portalId)
  const [problem, setProblem] = useState<ViewProblem | null>(null)
  const current = currentView(views.all, type, url)
  const name = current.state === 'shared' ? cleanName(current.name) : ''
  if (!views.ready || name === '') return null
  return (
    <div className="shared-view" role="status">
      <Bookmark aria-hidden="true" />
      <span>
        {words.sharedTitle(name)} {problem !== null && words.problems[problem]}
      </span>
      <Button
        size="small"
        onClick={() => {
          const outcome = views.add({ type, name, search: searchOf(url) })
          setProblem(outcome)
          if (outcome === null) setUrl({ named: name }, 'replace')
        }}
      >
        {words.save}
      </Button>
      <IconButton
        label={strings.action.dismiss}
        icon={<X />}
        onClick={() => {
          setUrl({ named: null }, 'replace')
        }}
      />
    </div>
  )
}
