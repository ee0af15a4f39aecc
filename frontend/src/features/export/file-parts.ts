/** The parts of a file, in the format of the export. */
import { csvPieces } from './csv-writer'
import { excelFile } from './excel-writer'
import type { ExportJob } from './export-job'
import { ndjsonPieces } from './ndjson-writer'

/** Calls `wrote` after each part; it throws to cancel the export. */
export async function partsOf(job: ExportJob, wrote: (rows: number) => Promise<void>): Promise<BlobPart[]> {
  if (job.format === 'xlsx') return [await excelFile(job, wrote)]
  const parts: Blob[] = []
  for (const { rows, text } of job.format === 'csv' ? csvPieces(job) : ndjsonPieces(job)) {
    parts.push(new Blob([text]))
    await wrote(rows)
  }
  return parts
}
