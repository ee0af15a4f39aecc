/** A chart with its title, and the same as a table. */
import { ChartBar, Table } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'

const words = strings.overview

interface ChartCardProps {
  readonly title: string
  readonly chart: ReactNode
  readonly table: ReactNode
}

export function ChartCard({ title, chart, table }: ChartCardProps) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section className="chart" aria-label={title}>
      <div className="chart-head">
        <h3>{title}</h3>
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
