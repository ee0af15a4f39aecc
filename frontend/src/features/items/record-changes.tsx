/** What the vendor remembers of a record's earlier values: read on demand, because it costs a request. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useState } from 'react'
import { historyQuery, type PropertyHistory } from '../../api/item'
import { Button } from '../../components/button'
import { formatMoment } from '../../lib/format'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { BeforeAfter } from './before-after'
import { changesIn, propertiesWithHistory, type PropertyChange, type Shown } from './property-changes'

const words = strings.detail

const PAGE = 50

interface RecordChangesProps extends Shown {
  readonly provider: string
  readonly connectionId: string
}

export function RecordChanges({ provider, connectionId, ...shown }: RecordChangesProps) {
  const { id: itemId, last_modified_time: modifiedAt } = shown.item
  const [asked, setAsked] = useState<readonly string[] | null>(null)
  const properties = propertiesWithHistory(shown)
  const request = { provider, connectionId, itemId, modifiedAt, properties: asked ?? properties }
  const { data, error, isFetching, refetch } = useQuery({
    ...historyQuery(request),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  })
  if (properties.length === 0) return null
  const show = () => {
    if (isFetching) return
    if (asked === null) setAsked(properties)
    else void refetch()
  }
  return (
    <section className="record-section">
      <h3>{words.changes}</h3>
      {data !== undefined && <Changes history={data} shown={shown} />}
      {error && (
        <p className="muted" role="alert">
          {problemOf(error).detail}
        </p>
      )}
      <Button variant="quiet" size="small" className="more-properties" icon={<History />} onClick={show}>
        {isFetching ? words.readingChanges : asked === null ? words.showChanges : words.readChangesAgain}
      </Button>
    </section>
  )
}

interface ChangesProps {
  readonly history: PropertyHistory | null
  readonly shown: Shown
}

function Changes({ history, shown }: ChangesProps) {
  const [most, setMost] = useState(PAGE)
  const changes = history === null ? [] : changesIn(history, shown)
  const rest = changes.length - most
  return (
    <>
      <p className="muted" role="status">
        {history === null ? words.historyRefused : words.changeCount(changes.length)}
      </p>
      <ol className="changes">
        {changes.slice(0, most).map((change) => (
          <li key={`${change.name} ${change.at ?? ''} ${change.after}`}>
            <Change change={change} />
          </li>
        ))}
      </ol>
      {rest > 0 && (
        <Button
          variant="quiet"
          size="small"
          className="more-properties"
          onClick={() => {
            setMost(most + PAGE)
          }}
        >
          {words.moreChanges(Math.min(rest, PAGE))}
        </Button>
      )}
    </>
  )
}

function Change({ change: { name, header, at, before, after, source } }: { readonly change: PropertyChange }) {
  const origin = [at && formatMoment(at), source].filter(Boolean).join(' · ')
  return (
    <>
      <div className="change-head">
        <span title={name}>{header}</span>
        <span className="muted">{origin}</span>
      </div>
      <BeforeAfter before={before} after={after} afterLabel={words.after} />
    </>
  )
}
