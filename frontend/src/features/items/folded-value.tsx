/** The text of a value: a dash when it is empty, the beginning when it is long. */
import { useState } from 'react'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'

const words = strings.detail

const FOLD_AFTER_CHARACTERS = 280

export function FoldedValue({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false)
  if (text === '') return <span className="muted">–</span>
  if (text.length <= FOLD_AFTER_CHARACTERS) return <span className="value">{text}</span>
  return (
    <>
      <span className="value">{open ? text : `${text.slice(0, FOLD_AFTER_CHARACTERS)}…`}</span>
      <Button
        variant="quiet"
        size="small"
        onClick={() => {
          setOpen(!open)
        }}
        aria-expanded={open}
      >
        {open ? words.showLess : words.showAll}
      </Button>
    </>
  )
}
