/** Figures of the page, and how they are printed. */
import type { CDPSession } from '@playwright/test'

export function report(what: string, figure: string): void {
  process.stdout.write(`      ${what}: ${figure}\n`)
}

export async function heapBytes(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  return metric(devtools, 'JSHeapUsedSize')
}

export async function metric(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find((metric) => metric.name === name)?.value ?? NaN
}
