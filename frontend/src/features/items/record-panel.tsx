/** One record beside the table: key facts first, then what it belongs to, then all properties by group. */
import { ChevronDown, ChevronUp, ExternalLink, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import type { Item } from '../../api/types'
import { ButtonLink } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { FactList } from '../../components/fact-list'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'
import type { EarlierRecord } from '../load/seen-changes'
import { focusRows } from './focus-rows'
import { ItemAssociations } from './item-associations'
import { ItemChanges } from './item-changes'
import { ItemHistory } from './item-history'
import { ItemProperties, type AllProperties, type PropertyInfos } from './item-properties'
import type { TypeTab } from './object-types'
import { RawJson } from './raw-json'
import { RecordChanges } from './record-changes'
import { RecordValue } from './record-value'
import { useRecordKeys } from './use-record-keys'

const words = strings.detail

interface RecordPanelProps {
  /** Null while the opened record is not among the loaded ones. */
  readonly item: Item | null
  readonly descriptor: IntegrationDescriptor
  /** The columns of its type: their values are the key facts. */
  readonly columns: readonly ColumnSpec[]
  /** The properties' names and groups as the vendor has them. */
  readonly properties: PropertyInfos
  readonly allProperties: AllProperties
  /** What it was before the last change that was seen; null without one. */
  readonly earlier: EarlierRecord | null
  /** Where earlier values are read; null when the vendor has none. */
  readonly history: { readonly provider: string; readonly connectionId: string } | null
  /** All types of the account. */
  readonly tabs: readonly TypeTab[]
  readonly find: (id: string) => Item | undefined
  readonly previous: string | null
  readonly next: string | null
  /** The panel takes the focus when it opens. */
  readonly takesFocus: boolean
  readonly onOpenItem: (id: string, type?: string) => void
  readonly onClose: () => void
  /** What the panel shows instead of a record that is not loaded. */
  readonly missing: ReactNode
}

export function RecordPanel(props: RecordPanelProps) {
  const {
    item,
    descriptor,
    columns,
    properties,
    allProperties,
    earlier,
    history,
    tabs,
    find,
    previous,
    next,
    takesFocus,
    onOpenItem,
    onClose,
    missing,
  } = props
  const panel = useRef<HTMLElement>(null)
  useRecordKeys({ previous, next, onOpenItem, onClose })
  useEffect(() => {
    if (takesFocus) panel.current?.focus()
  }, [takesFocus])
  useLayoutEffect(
    () => () => {
      if (panel.current?.contains(document.activeElement)) focusRows()
    },
    [],
  )
  return (
    <section ref={panel} className="record" aria-label={item?.name ?? words.record} tabIndex={-1}>
      <header className="record-head">
        <span className="chip">{item?.type ?? words.record}</span>
        {item?.visibility === false && <span className="badge badge-warn">{words.archived}</span>}
        <span className="spring" />
        <Step label={words.previous} icon={<ChevronUp />} to={previous} onOpenItem={onOpenItem} />
        <Step label={words.next} icon={<ChevronDown />} to={next} onOpenItem={onOpenItem} />
        <IconButton label={strings.action.close} icon={<X />} onClick={onClose} />
      </header>
      <div className="record-body" key={item?.id} tabIndex={0} role="group" aria-label={words.content}>
        {item ? (
          <>
            <h2 className="record-title" dir="auto">
              {item.name}
            </h2>
            <div className="record-links">
              {item.url?.startsWith('https://') && (
                <ButtonLink
                  size="small"
                  icon={<ExternalLink />}
                  href={item.url}
                  target="_blank"
                  rel="noopener noreferrer"
                >
                  {words.open(descriptor.label)}
                </ButtonLink>
              )}
              <CopyButton text={item.record_id} label={words.copyId} />
            </div>
            <FactList
              className="properties key-facts"
              facts={columns
                .slice(1)
                .filter((column) => column.text(item) !== '')
                .map((column) => [column.header, <RecordValue key={column.id} column={column} item={item} />] as const)}
            />
            {earlier && <ItemChanges item={item} earlier={earlier} infos={properties} />}
            <ItemAssociations item={item} tabs={tabs} find={find} onOpenItem={onOpenItem} />
            <ItemProperties item={item} infos={properties} meanings={descriptor.meanings} all={allProperties} />
            {history && <RecordChanges {...history} item={item} columns={columns} infos={properties} />}
            <ItemHistory item={item} />
            <RawJson value={item} />
          </>
        ) : (
          missing
        )}
      </div>
    </section>
  )
}

interface StepProps {
  readonly label: string
  readonly icon: ReactNode
  readonly to: string | null
  readonly onOpenItem: (id: string) => void
}

function Step({ label, icon, to, onOpenItem }: StepProps) {
  return (
    <IconButton
      label={label}
      icon={icon}
      disabled={to === null}
      onClick={() => {
        if (to !== null) onOpenItem(to)
      }}
    />
  )
}
