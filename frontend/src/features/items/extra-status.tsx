/** Whether the values of chosen properties are on their way, or could not be loaded. */
import { RotateCw } from 'lucide-react'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import type { ExtraProperties } from './use-extra-values'

export function ExtraStatus({ extra }: { readonly extra: ExtraProperties }) {
  if (extra.problem)
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
  if (!extra.loading) return null
  return (
    <p className="more-loading" role="status">
      <Spinner /> {strings.items.loadingValues}
    </p>
  )
}
