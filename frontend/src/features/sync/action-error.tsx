/** Why an action failed. */
import { Banner } from '../../components/banner'
import { Reference } from '../../components/reference'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'

export function ActionError({ error }: { readonly error: Error | null }) {
  if (!error) return null
  const problem = problemOf(error)
  return (
    <Banner tone="bad" title={strings.sync.actionFailed}>
      <p>{problem.detail}</p>
      <Reference id={problem.correlationId} />
    </Banner>
  )
}
