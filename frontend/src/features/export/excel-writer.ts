/** Excel: a sheet for each type, and one that says what the file covers. The file is made in a worker. */
import { strings } from '../../lib/strings'
import { fieldsOf } from './cells'
import { excelCell, sheetNames, type ExcelCell } from './excel-cells'
import type { ExcelRequest } from './excel-worker'
import type { ExportJob } from './export-job'
import { piecesOf } from './pieces'

const words = strings.exporting.about

/** Calls `wrote` after each piece; it throws to cancel the export. */
export async function excelFile(
  job: ExportJob,
  wrote: (rows: number) => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./excel-worker.ts', import.meta.url), { type: 'module' })
  const send = (request: ExcelRequest) => {
    worker.postMessage(request)
  }
  try {
    const file = answerOf(worker)
    const names = sheetNames([...job.tables.map((table) => table.label), words.sheet])
    for (const [index, table] of job.tables.entries()) {
      const fields = fieldsOf(table.columns)
      send({ sheet: names[index] ?? '' })
      send({ rows: [fields.map((field) => field.header)] })
      for (const rows of piecesOf(table, fields.length)) {
        send({ rows: rows.map((row) => fields.map((field) => excelCell(field.cell(row)))) })
        await Promise.race([wrote(rows.length), file])
      }
    }
    send({ sheet: names.at(-1) ?? '' })
    send({ rows: aboutRows(job, new Date()) })
    send('write')
    return await ended(file, wrote)
  } finally {
    worker.terminate()
  }
}

const LOOK_MS = 100

/** The file; looks now and then whether it is still wanted. */
async function ended<T>(file: Promise<T>, wrote: (rows: number) => Promise<void>): Promise<T> {
  for (;;) {
    const pause = new Promise<null>((resolve) => setTimeout(resolve, LOOK_MS, null))
    const found = await Promise.race([file, pause])
    if (found !== null) return found
    await wrote(0)
  }
}

function answerOf(worker: Worker): Promise<Uint8Array<ArrayBuffer>> {
  const answer = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
      resolve(data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      reject(new Error(event.message))
    }
  })
  // It may fail while rows are still sent; the later `await` gets the error.
  answer.catch(() => undefined)
  return answer
}

/** What the file covers, as a table. */
export function aboutRows({ account, receipt, tables }: ExportJob, now: Date): ExcelCell[][] {
  const { value } = strings
  return [
    [words.account, account],
    [words.written, now],
    [words.times, words.utc],
    [words.complete, receipt.complete ? value.yes : value.no],
    [words.narrowed, receipt.narrowed ? value.yes : value.no],
    ...(receipt.chosen ? [[words.chosen, value.yes]] : []),
    ...(receipt.left_out.length === 0 ? [] : [[words.leftOut, receipt.left_out.join('; ')]]),
    [],
    [strings.columns.type, words.rows, words.total],
    ...tables.map((table) => [table.label, table.count, table.total]),
  ]
}
