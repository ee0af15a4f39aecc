/** Whether the values of chosen properties are on their way, or could not be loaded. */
import { RotateCw } from 'lucide-react'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import type { ExtraProperties } from './use-extra-values'

/** Above the table: there is something to do. */
export function ExtraProblem({ extra }: { readonly extra: ExtraProperties }) {
  if (!extra.problem) return null
  return (
    <Banner
      tone="warn"
      title={strings.items.valuesFailed}
      actions={
        <Button size="small" icon={<RotateCw />} onClick={extra.retry}>
          {strings.action.retry}
        </Button>
      }
    >
      <p>{extra.problem.detail}</p>
      <Reference id={extra.problem.correlationId} />
    </Banner>
  )
}

/** Comes and goes by itself: it belongs where it moves nothing that is being clicked, such as below the table. */
export function ExtraLoading({ extra }: { readonly extra: ExtraProperties }) {
  if (!extra.loading || extra.problem) return null
  return (
    <p className="more-loading" role="status">
      <Spinner /> {strings.items.loadingValues}
    </p>
  )
}
