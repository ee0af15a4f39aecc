/** Why an action, or what `title` says, failed. */
import { Banner } from '../../components/banner'
import { Reference } from '../../components/reference'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'

interface ActionErrorProps {
  readonly error: Error | null
  readonly title?: string
}

export function ActionError({ error, title = strings.sync.actionFailed }: ActionErrorProps) {
  if (!error) return null
  const problem = problemOf(error)
  return (
    <Banner tone="bad" title={title}>
      <p>{problem.detail}</p>
      <Reference id={problem.correlationId} />
    </Banner>
  )
}
