/** A text that counts seconds: seen as it is, read out as it first was. A live region would read out each second. */
import { useState } from 'react'

export function CountdownText({ text }: { readonly text: string }) {
  const [first] = useState(text)
  return (
    <>
      <span aria-hidden="true">{text}</span>
      <span className="visually-hidden">{first}</span>
    </>
  )
}
