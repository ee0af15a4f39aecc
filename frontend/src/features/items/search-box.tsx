/** The text to search for. `/` gets there from anywhere, Escape empties it. */
import { Search, X } from 'lucide-react'
import { useRef, type RefObject } from 'react'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import { useKey } from '../../lib/use-key'

export function SearchBox({ label }: { readonly label: string }) {
  const [url, setUrl] = useUrlState()
  const input = useRef<HTMLInputElement>(null)
  useSlashFocuses(input)
  const search = (q: string) => {
    setUrl({ q, find: false }, 'replace')
  }
  return (
    <div className="search">
      <Search aria-hidden="true" />
      <input
        ref={input}
        type="search"
        value={url.q}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        onChange={(event) => {
          search(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') search('')
        }}
      />
      {url.q === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <IconButton
          label={strings.items.clearFilter}
          icon={<X />}
          onClick={() => {
            search('')
            input.current?.focus()
          }}
        />
      )}
    </div>
  )
}

const TYPING = 'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]'

function useSlashFocuses(input: RefObject<HTMLInputElement | null>): void {
  useKey((event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLElement && event.target.closest(TYPING)) return
    event.preventDefault()
    input.current?.focus()
  })
}
