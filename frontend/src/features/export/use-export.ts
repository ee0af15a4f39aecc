/** Runs an export: writes the pieces while the page stays alive, then hands the file to the browser. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { MEDIA_TYPES, pieces, type Format, type Receipt } from './rows-writer'

export type ExportState =
  | { readonly step: 'idle' }
  | { readonly step: 'writing'; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly receipt: Receipt; readonly bytes: number }
  | { readonly step: 'failed' }

interface ExportJob {
  readonly rows: readonly Item[]
  readonly columns: readonly ColumnSpec[]
  readonly receipt: Receipt
  readonly format: Format
  readonly fileName: string
}

/** The browser reads the file after the click; until then its address must hold. */
const KEPT_MS = 60_000

const IDLE: ExportState = { step: 'idle' }

export function useExport() {
  const [state, setState] = useState<ExportState>(IDLE)
  const run = useRef(0)

  const stop = useCallback(() => {
    run.current += 1
    setState(IDLE)
  }, [])

  const start = useCallback(async (job: ExportJob) => {
    const mine = ++run.current
    try {
      const parts: Blob[] = []
      let done = 0
      for (const piece of pieces(job.rows, job.columns, job.format, job.receipt)) {
        parts.push(new Blob([piece]))
        setState({ step: 'writing', done: Math.min(done, job.rows.length), total: job.rows.length })
        done += 2_000
        await nextTask()
        if (mine !== run.current) return
      }
      const file = new Blob(parts, { type: MEDIA_TYPES[job.format] })
      save(file, `${job.fileName}.${job.format}`)
      setState({ step: 'done', receipt: job.receipt, bytes: file.size })
    } catch {
      if (mine === run.current) setState({ step: 'failed' })
    }
  }, [])

  useEffect(
    () => () => {
      run.current += 1
    },
    [],
  )
  return { state, start, stop }
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  window.setTimeout(() => {
    URL.revokeObjectURL(url)
  }, KEPT_MS)
}

/** Lets the browser draw and answer between two pieces. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
