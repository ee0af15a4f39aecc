/** One tab an object type, with how many there are. */
import { Tabs } from '@base-ui/react/tabs'
import { Lock } from 'lucide-react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from './object-types'

export function TypeTabs({ tabs }: { readonly tabs: readonly TypeTab[] }) {
  return (
    <Tabs.List className="tabs" aria-label={strings.items.types} activateOnFocus>
      {tabs.map((tab) => (
        <Tabs.Tab key={tab.name} value={tab.name} className="tab">
          {tab.label}
          {tab.readable ? <Count total={tab.total} /> : <Locked />}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  )
}

function Count({ total }: { readonly total: number | null }) {
  return total === null ? null : <span className="tab-count">{formatCount(total)}</span>
}

function Locked() {
  return (
    <>
      <Lock aria-hidden="true" />
      <span className="visually-hidden">{strings.items.locked}</span>
    </>
  )
}
