/** One tab an object type with how much of it is here, the overview, and whose records these are. */
import { Tabs } from '@base-ui/react/tabs'
import { ChartColumn, DatabaseZap, Lock } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Connection } from '../../api/types'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { AccountLoad } from '../load/account-load'
import { isActive, type TypeProgress } from '../load/load-state'
import type { TypeTab } from './object-types'

export const OVERVIEW = 'overview'
export const SYNC = 'sync'

interface TypeTabsProps {
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
  readonly connection: Connection
  /** The user has others to mistake it for. */
  readonly hasOthers: boolean
  /** Totals are on their way. */
  readonly counting: boolean
}

export function TypeTabs({ tabs, load, connection, hasOthers, counting }: TypeTabsProps) {
  const list = useRef<HTMLDivElement>(null)
  const loading = isActive(load.state)
  const connected = connection.status === 'connected'
  // The chosen one stays in sight when others come before it, or their totals.
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tabs.length, counting])
  return (
    <div className="tabs-row">
      <Tabs.List ref={list} className="tabs" aria-label={strings.items.types} activateOnFocus>
        <Tabs.Tab value={OVERVIEW} className="tab">
          <ChartColumn aria-hidden="true" />
          {strings.items.overviewTab}
        </Tabs.Tab>
        <Tabs.Tab value={SYNC} className="tab">
          <DatabaseZap aria-hidden="true" />
          {strings.sync.title}
        </Tabs.Tab>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.name} value={tab.name} className="tab">
            {tab.label}
            {tab.readable ? (
              <Count total={tab.total} progress={load.state.types[tab.name]} counting={counting} />
            ) : (
              <Locked />
            )}
            {loading && <TabProgress progress={load.state.types[tab.name]} />}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {(hasOthers || !connected) && (
        <p className="whose">
          <span>{connectionName(connection)}</span>
          {!connected && <em>{strings.connection.old}</em>}
        </p>
      )}
    </div>
  )
}

interface CountProps {
  readonly total: number | null
  readonly progress: TypeProgress | undefined
  readonly counting: boolean
}

/** While it is counted, its place: the footer says so in words. */
function Count({ total, progress, counting }: CountProps) {
  const known = progress?.total ?? total
  if (known !== null) return <span className="tab-count">{formatCount(known)}</span>
  return counting ? <span className="tab-count tab-counting" aria-hidden="true" /> : null
}

/** Seen only: the footer says the same in words. */
function TabProgress({ progress }: { readonly progress: TypeProgress | undefined }) {
  const share = progress?.total ? Math.min(1, progress.done / progress.total) : 0
  return <span className="tab-progress" style={{ scale: `${String(share)} 1` }} aria-hidden="true" />
}

function Locked() {
  return (
    <>
      <Lock aria-hidden="true" />
      <span className="visually-hidden">{strings.items.locked}</span>
    </>
  )
}
