/** One record in a panel at the side: labels first, then everything else. */
import { Dialog } from '@base-ui/react/dialog'
import { ChevronDown, ChevronUp, ExternalLink, X } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import type { Item } from '../../api/types'
import { ButtonLink } from '../../components/button'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { ItemAssociations } from './item-associations'
import { ItemHistory } from './item-history'
import { ItemProperties } from './item-properties'
import { RawJson } from './raw-json'

const words = strings.detail

interface ItemDrawerProps {
  readonly open: boolean
  /** Null while the opened record is not among the loaded ones. */
  readonly item: Item | null
  readonly descriptor: IntegrationDescriptor
  /** The properties' names as the vendor has them. */
  readonly labels: ReadonlyMap<string, string>
  readonly find: (id: string) => Item | undefined
  readonly previous: string | null
  readonly next: string | null
  readonly onOpenItem: (id: string) => void
  readonly onClose: () => void
  /** What the panel shows instead of a record that is not loaded. */
  readonly missing: ReactNode
}

export function ItemDrawer(props: ItemDrawerProps) {
  const { open, item, descriptor, labels, find, previous, next, onOpenItem, onClose, missing } = props
  const body = useRef<HTMLDivElement>(null)
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(opened) => {
        if (!opened) onClose()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop backdrop-light" />
        <Dialog.Popup className="drawer" initialFocus={body}>
          <header className="drawer-head">
            <span className="chip">{item?.type ?? words.record}</span>
            {item?.visibility === false && <span className="badge badge-warn">{words.archived}</span>}
            <span className="spring" />
            <Step label={words.previous} icon={<ChevronUp />} to={previous} onOpenItem={onOpenItem} />
            <Step label={words.next} icon={<ChevronDown />} to={next} onOpenItem={onOpenItem} />
            <IconButton label={strings.action.close} icon={<X />} onClick={onClose} />
          </header>
          {item ? (
            <div ref={body} className="drawer-body" key={item.id} tabIndex={0} role="region" aria-label={item.name}>
              <Dialog.Title className="drawer-title">{item.name}</Dialog.Title>
              <div className="drawer-links">
                {item.url?.startsWith('https://') && (
                  <ButtonLink icon={<ExternalLink />} href={item.url} target="_blank" rel="noopener noreferrer">
                    {words.open(descriptor.label)}
                  </ButtonLink>
                )}
              </div>
              <ItemProperties item={item} labels={labels} />
              <ItemAssociations item={item} find={find} onOpenItem={onOpenItem} />
              <ItemHistory item={item} />
              <RawJson value={item} />
            </div>
          ) : (
            <div ref={body} className="drawer-body" tabIndex={-1}>
              <Dialog.Title className="visually-hidden">{words.record}</Dialog.Title>
              {missing}
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
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
