/** The id under which a failure is found in the service's log. */
import { strings } from '../lib/strings'

export function Reference({ id }: { readonly id: string | null }) {
  if (!id) return null
  return (
    <p className="reference">
      {strings.reference} <code>{id}</code>
    </p>
  )
}
