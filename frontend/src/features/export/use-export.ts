/** Runs an export: writes the file while the page stays alive, then hands it to the browser. */
import { useCallback, useRef, useState } from 'react'
import { MEDIA_TYPES, type ExportJob, type Receipt } from './export-job'

export type ExportState =
  | { readonly step: 'idle' }
  | { readonly step: 'writing'; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly receipt: Receipt; readonly bytes: number }
  | { readonly step: 'failed' }

/** The browser reads the file after the click; until then its address must hold. */
const KEPT_MS = 60_000

const IDLE: ExportState = { step: 'idle' }

/** A file is also finished when its menu goes meanwhile, as with the choice of rows or another type: only `stop` ends it. */
export function useExport() {
  const [state, setState] = useState<ExportState>(IDLE)
  const run = useRef(new AbortController())

  const stop = useCallback(() => {
    run.current.abort()
    setState(IDLE)
  }, [])

  const start = useCallback(async (job: ExportJob) => {
    run.current.abort()
    const { signal } = (run.current = new AbortController())
    let done = 0
    const wrote = async (rows: number) => {
      done += rows
      if (!signal.aborted) setState({ step: 'writing', done, total: job.receipt.rows })
      await nextTask()
      signal.throwIfAborted()
    }
    try {
      await wrote(0)
      // Only who exports needs the writers.
      const { partsOf } = await import('./file-parts')
      const file = new Blob(await partsOf(job, wrote), { type: MEDIA_TYPES[job.format] })
      save(file, `${job.fileName}.${job.format}`)
      setState({ step: 'done', receipt: job.receipt, bytes: file.size })
    } catch {
      if (!signal.aborted) setState({ step: 'failed' })
    }
  }, [])

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
