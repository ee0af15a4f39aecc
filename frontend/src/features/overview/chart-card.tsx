/** A chart with its title, and the same as a table. */
import { ChartBar, Table } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'

const words = strings.overview

interface ChartCardProps {
  readonly title: string
  /** What the marks stand for, and the range they cover. */
  readonly note: string
  readonly chart: ReactNode
  readonly table: ReactNode
}

export function ChartCard({ title, note, chart, table }: ChartCardProps) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section className="chart" aria-label={title}>
      <div className="chart-head">
        <div>
          <h3>{title}</h3>
          <p className="chart-note">{note}</p>
        </div>
        <IconButton
          label={asTable ? words.asChart : words.asTable}
          icon={asTable ? <ChartBar /> : <Table />}
          onClick={() => {
            setAsTable(!asTable)
          }}
        />
      </div>
      {asTable ? table : chart}
    </section>
  )
}
