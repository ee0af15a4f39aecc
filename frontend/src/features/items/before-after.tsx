/** Two values of a property: the earlier one, then the later one. */
import { strings } from '../../lib/strings'
import { FoldedValue } from './folded-value'

const words = strings.detail

interface BeforeAfterProps {
  readonly before: string
  readonly after: string
  /** What the later value is called for those who do not see the mark. */
  readonly afterLabel: string
}

export function BeforeAfter({ before, after, afterLabel }: BeforeAfterProps) {
  return (
    <>
      <del>
        <span className="visually-hidden">{words.before} </span>
        <FoldedValue text={before} />
      </del>{' '}
      <ins>
        <span className="visually-hidden">{afterLabel} </span>
        <FoldedValue text={after} />
      </ins>
    </>
  )
}
