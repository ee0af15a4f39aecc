/** How long a test waits for what the page does by itself: on a busy machine, code alone can take a second to load. */
export const PATIENCE_MS = 10_000

/** For Vitest's own waits, which have no setting for all of them. */
export const PATIENTLY = { timeout: PATIENCE_MS, interval: 5 }
