/** The text filter, how much is loaded, and the reload button. */
import { RotateCw, Search, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { IconButton } from '../../components/icon-button'
import { Spinner } from '../../components/spinner'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'

const words = strings.items

interface ItemsToolbarProps {
  readonly label: string
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly shown: number
  readonly loaded: number
  readonly total: number | null
  readonly reloading: boolean
  readonly onReload: () => void
}

export function ItemsToolbar({
  label,
  filter,
  onFilter,
  shown,
  loaded,
  total,
  reloading,
  onReload,
}: ItemsToolbarProps) {
  const input = useRef<HTMLInputElement>(null)
  useSlashFocuses(input)
  const summary =
    filter === ''
      ? words.loaded(formatCount(loaded), total === null ? null : formatCount(total))
      : words.shown(formatCount(shown), formatCount(loaded))
  return (
    <div className="toolbar">
      <div className="search">
        <Search aria-hidden="true" />
        <input
          ref={input}
          type="search"
          value={filter}
          placeholder={words.filter(label)}
          aria-label={words.filter(label)}
          aria-keyshortcuts="/"
          onChange={(event) => {
            onFilter(event.target.value)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onFilter('')
          }}
        />
        {filter === '' ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <IconButton
            label={words.clearFilter}
            icon={<X />}
            onClick={() => {
              onFilter('')
              input.current?.focus()
            }}
          />
        )}
      </div>
      <p className="toolbar-summary" role="status">
        {reloading ? (
          <>
            <Spinner /> {words.reloading}
          </>
        ) : (
          summary
        )}
      </p>
      <IconButton label={strings.action.reload} icon={<RotateCw />} onClick={onReload} disabled={reloading} />
    </div>
  )
}

function useSlashFocuses(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target
      if (
        target instanceof HTMLElement &&
        target.closest('input, textarea, select, [contenteditable], [role="dialog"]')
      )
        return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [input])
}
