/** Runs something only while the page is visible: a hidden tab holds no stream open. Returns how to end it. */
export function whileVisible(start: () => () => void): () => void {
  let stop: (() => void) | null = null
  const check = () => {
    if (document.visibilityState === 'hidden') {
      stop?.()
      stop = null
    } else stop ??= start()
  }
  check()
  document.addEventListener('visibilitychange', check)
  return () => {
    document.removeEventListener('visibilitychange', check)
    stop?.()
  }
}
