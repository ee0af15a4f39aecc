/** System, light or dark. */
import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { strings } from '../lib/strings'
import { useTheme, type Theme } from '../lib/theme'

const ICONS: Readonly<Record<Theme, ReactNode>> = { system: <Monitor />, light: <Sun />, dark: <Moon /> }
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function ThemeToggle() {
  const [theme, setTheme] = useTheme()
  return (
    <fieldset className="themes">
      <legend className="visually-hidden">{strings.app.theme}</legend>
      {THEMES.map((entry) => (
        <label key={entry} className="theme" title={strings.app.themes[entry]}>
          <input
            type="radio"
            name="theme"
            className="visually-hidden"
            checked={entry === theme}
            onChange={() => {
              setTheme(entry)
            }}
          />
          <span aria-hidden="true">{ICONS[entry]}</span>
          <span className="visually-hidden">{strings.app.themes[entry]}</span>
        </label>
      ))}
    </fieldset>
  )
}
