/** The command palette: one field that finds records, views, types, actions and accounts, by keyboard alone. */
import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react'
import { strings } from '../../lib/strings'
import { AccountEntries } from './account-entries'
import { matchingGroups, type Entry, type EntryGroup } from './entries'
import { usePageEntries } from './page-entries'
import type { PaletteOf } from './palette-of'

const words = strings.palette

interface PaletteProps extends PaletteOf {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function Palette({ open, onOpenChange, ...of }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [wasOpen, setWasOpen] = useState(open)
  const input = useRef<HTMLInputElement>(null)
  const chosen = useRef<Entry | null>(null)
  const choose = (entry: Entry) => {
    chosen.current = entry
    onOpenChange(false)
  }
  const runChosen = () => {
    chosen.current?.run()
    chosen.current = null
  }
  if (open !== wasOpen) {
    setWasOpen(open)
    if (open) setQuery('')
  }
  useEffect(() => {
    // Opened again before it has closed: the close is never completed.
    if (open) runChosen()
  }, [open])
  return (
    <Dialog.Root
      open={open}
      onOpenChange={onOpenChange}
      onOpenChangeComplete={(isOpen) => {
        // After the focus is back: what runs may move it.
        if (!isOpen) runChosen()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop backdrop-light" />
        <Dialog.Popup className="palette" aria-label={words.title} initialFocus={input}>
          <PaletteEntries {...of} query={query}>
            {(groups, status) => (
              <Autocomplete.Root
                open
                inline
                items={groups}
                filter={null}
                value={query}
                onValueChange={(text, details) => {
                  if (details.reason !== 'item-press') setQuery(text)
                }}
                autoHighlight="always"
                keepHighlight
                itemToStringValue={(entry: Entry) => entry.label}
              >
                <label className="palette-field">
                  <Search aria-hidden="true" />
                  <Autocomplete.Input ref={input} aria-label={words.placeholder} placeholder={words.placeholder} />
                </label>
                <Autocomplete.Status className="visually-hidden">
                  {status ?? words.found(groups.reduce((sum, group) => sum + group.items.length, 0))}
                </Autocomplete.Status>
                <Autocomplete.Empty className="menu-empty">{words.none(query)}</Autocomplete.Empty>
                <Autocomplete.List className="menu-list palette-list">
                  {(group: EntryGroup) => <Group key={group.title} group={group} onChoose={choose} />}
                </Autocomplete.List>
                <div className="palette-foot">
                  <span>{status ?? words.hint}</span>
                  <Dialog.Close className="button button-quiet button-small">{strings.action.close}</Dialog.Close>
                </div>
              </Autocomplete.Root>
            )}
          </PaletteEntries>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface GroupProps {
  readonly group: EntryGroup
  readonly onChoose: (entry: Entry) => void
}

function Group({ group, onChoose }: GroupProps) {
  return (
    <Autocomplete.Group items={group.items}>
      <Autocomplete.GroupLabel className="menu-label">{group.title}</Autocomplete.GroupLabel>
      <Autocomplete.Collection>
        {(entry: Entry) => (
          <Autocomplete.Item
            key={entry.id}
            value={entry}
            className="menu-item"
            onClick={() => {
              onChoose(entry)
            }}
          >
            <span className="palette-icon" aria-hidden="true">
              {entry.icon}
            </span>
            <span className="menu-text">{entry.label}</span>
            {entry.detail !== undefined && <span className="palette-detail">{entry.detail}</span>}
          </Autocomplete.Item>
        )}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  )
}

interface PaletteEntriesProps extends PaletteOf {
  readonly query: string
  /** `status`: what is still awaited; null when nothing is. */
  readonly children: (groups: readonly EntryGroup[], status: string | null) => ReactNode
}

/** Typing stays quick while many records are looked through. */
function PaletteEntries({ query, children, ...of }: PaletteEntriesProps) {
  const settled = useDeferredValue(query)
  const page = usePageEntries(of)
  if (of.connection === null) return children(matchingGroups(page, settled), null)
  return (
    <AccountEntries {...of} connection={of.connection} query={settled}>
      {({ before, after, status }) => children([...before, ...matchingGroups(page, settled), ...after], status)}
    </AccountEntries>
  )
}
