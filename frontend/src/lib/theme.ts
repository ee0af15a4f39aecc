/** The viewer's choice of theme, kept in the browser. src/assets/theme.js applies it before the first paint. */
import { SharedValue, useShared } from './shared-value'

export type Theme = 'system' | 'light' | 'dark'

// Named for us: below a path the storage is that of the whole host.
const KEY = 'integrations-theme'
const current = new SharedValue<Theme>(themeOfPage())

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useShared(current), chooseTheme]
}

function themeOfPage(): Theme {
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'system') window.localStorage.removeItem(KEY)
    else window.localStorage.setItem(KEY, theme)
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  current.set(theme)
}
