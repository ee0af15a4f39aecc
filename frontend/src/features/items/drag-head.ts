/** Moves a column by its head. The heads themselves show where it would stand. */
import { followPointer } from './follow-pointer'

/** `move` gets the place among all columns. */
export function dragHead(press: PointerEvent, head: HTMLElement, move: (place: number) => void): void {
  const heads = headsBeside(head)
  const { top, height } = head.getBoundingClientRect()
  let target: HTMLElement | null = null
  let place = heads.indexOf(head)
  const onMove = ({ clientX }: PointerEvent) => {
    head.dataset['dragged'] = ''
    delete target?.dataset['drop']
    // Pinned heads cover others: what is seen counts.
    target = document.elementFromPoint(clientX, top + height / 2)?.closest<HTMLElement>('[data-column]') ?? null
    if (!target) return
    const { left, width } = target.getBoundingClientRect()
    const after = clientX > left + width / 2
    target.dataset['drop'] = after ? 'after' : 'before'
    place = placeFor(heads.indexOf(head), heads.indexOf(target), after)
  }
  const onEnd = (kept: boolean) => {
    delete head.dataset['dragged']
    delete target?.dataset['drop']
    if (kept && place !== heads.indexOf(head)) move(place)
  }
  followPointer(press, head, { onMove, onEnd })
}

/** All heads of the table, in their order. */
export function headsBeside(head: HTMLElement): readonly HTMLElement[] {
  return [...(head.closest('[role="row"]')?.querySelectorAll<HTMLElement>('[data-column]') ?? [])]
}

/** Where a column from `from` stands once it is dropped at one side of the column at `over`. */
function placeFor(from: number, over: number, after: boolean): number {
  const gap = after ? over + 1 : over
  return gap > from ? gap - 1 : gap
}
