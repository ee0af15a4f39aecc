/** How fast a load goes and how long it will take, from what was done when. Pure. */

export interface Sample {
  /** Milliseconds, as Date.now(). */
  readonly at: number
  readonly done: number
}

/** Older samples say little about the pace of now. */
const WINDOW_MS = 8_000
const ENOUGH_MS = 800

/** The samples with a new one, without those that are too old. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter((old) => sample.at - old.at <= WINDOW_MS), sample]
}

/** Records a second; null while it is too early to tell. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at - first.at < ENOUGH_MS || last.done <= first.done) return null
  return ((last.done - first.done) * 1000) / (last.at - first.at)
}

/** Seconds until `total` at this pace; null when either is unknown. */
export function secondsLeft(done: number, total: number | null, rate: number | null): number | null {
  if (total === null || rate === null || rate <= 0) return null
  return Math.max(0, Math.ceil((total - done) / rate))
}
