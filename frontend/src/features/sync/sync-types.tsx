/** The sync state of each object type. */
import type { SyncView } from '../../api/sync'
import { formatAgo, formatCount, formatMoment } from '../../lib/format'
import { detailOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import { FaultAction } from './sync-fault'

const words = strings.sync

interface SyncTypesProps {
  readonly types: SyncView['object_types']
  /** What stops the whole sync is not repeated for each type. */
  readonly shared: SyncView['error']
  readonly tabs: readonly TypeTab[]
  readonly onConnect: (scopes?: readonly string[]) => void
  readonly onRetry: () => void
}

export function SyncTypes({ types, shared, tabs, onConnect, onRetry }: SyncTypesProps) {
  return (
    <section aria-label={words.types} className="sync-table" tabIndex={0}>
      <h3>{words.types}</h3>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.state}</th>
            <th scope="col" className="cell-end">
              {words.stored}
            </th>
            <th scope="col" className="cell-end">
              {words.inAccount}
            </th>
            <th scope="col">{words.upToDate}</th>
            <th scope="col">{words.verifiedAt}</th>
            <th scope="col" className="cell-end">
              {words.missed}
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(types).map(([name, type]) => (
            <tr key={name}>
              <th scope="row">{tabs.find((tab) => tab.name === name)?.label ?? name}</th>
              <td>
                {words.states[type.state] ?? type.state}
                {type.progress && (
                  <span className="muted">
                    {' '}
                    {words.progress(formatCount(type.progress.loaded), countOf(type.progress.total))}
                  </span>
                )}
                {type.error && type.error.code !== shared?.code && (
                  <>
                    <span className="muted"> {detailOf(type.error)}</span>{' '}
                    <FaultAction fault={type.error} onConnect={onConnect} onRetry={onRetry} />
                  </>
                )}
                {type.parked_count > 0 && (
                  <span className="muted"> {words.parked(formatCount(type.parked_count))}</span>
                )}
              </td>
              <td className="cell-end">{countOf(type.counts.mirror) ?? '–'}</td>
              <td className="cell-end">{countOf(type.counts.vendor) ?? '–'}</td>
              <Moment at={type.as_of} />
              <Moment at={type.verified_at} />
              <td className="cell-end">{formatCount(type.missed_signals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Moment({ at }: { readonly at: string | null }) {
  return at === null ? <td className="muted">{words.never}</td> : <td title={formatMoment(at)}>{formatAgo(at)}</td>
}

function countOf(count: number | null): string | null {
  return count === null ? null : formatCount(count)
}
