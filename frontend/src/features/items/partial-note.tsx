/** States that sort and filters do not cover all records, and offers to load the rest. */
import { TriangleAlert } from 'lucide-react'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'

interface PartialNoteProps {
  readonly text: string
  readonly loading: boolean
  readonly onLoad: () => void
}

export function PartialNote({ text, loading, onLoad }: PartialNoteProps) {
  return (
    <div className="partial-note" role="status">
      <TriangleAlert className="warn" aria-hidden="true" />
      <span>{text}</span>
      {!loading && (
        <Button size="small" variant="quiet" onClick={onLoad}>
          {strings.load.start}
        </Button>
      )}
    </div>
  )
}
