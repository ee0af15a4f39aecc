/** States that sort and filters cover only a part of the records, and offers to load the rest. */
import { TriangleAlert } from 'lucide-react'
import { Button } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'

const words = strings.items

interface PartialNoteProps {
  readonly count: number
  /** Null when the account's total is not known. */
  readonly total: number | null
  readonly loading: boolean
  readonly onLoad: () => void
}

export function PartialNote({ count, total, loading, onLoad }: PartialNoteProps) {
  return (
    <div className="partial-note" role="status">
      <TriangleAlert className="warn" aria-hidden="true" />
      <span>{coverage(count, total)}</span>
      {!loading && (
        <Button size="small" variant="quiet" onClick={onLoad}>
          {strings.load.start}
        </Button>
      )}
    </div>
  )
}

function coverage(count: number, total: number | null): string {
  return total === null ? words.partial(count) : words.partialOf(formatCount(count), formatCount(total))
}
