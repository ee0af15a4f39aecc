/** Gives the focus to the table when what has it is about to go. */

/** To the opened record's row, else to the one in the tab order: either may be too far away to be drawn, then to the grid. */
export function focusRows(): void {
  const grid = document.querySelector<HTMLElement>('[role="grid"]')
  const opened = grid?.querySelector<HTMLElement>('[data-row-open]')
  if (opened) {
    opened.focus()
    return
  }
  const next =
    grid?.querySelector<HTMLElement>('[data-index][tabindex="0"]') ?? grid ?? document.getElementById('records')
  next?.focus({ preventScroll: true })
}
