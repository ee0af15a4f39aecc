/** System, light or dark. */
import { Menu } from '@base-ui/react/menu'
import { Check, Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonClass } from '../components/button'
import { strings } from '../lib/strings'
import { useTheme, type Theme } from '../lib/theme'

const ICONS: Readonly<Record<Theme, ReactNode>> = { system: <Monitor />, light: <Sun />, dark: <Moon /> }
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function ThemeToggle() {
  const [theme, setTheme] = useTheme()
  return (
    <Menu.Root>
      <Menu.Trigger
        className={buttonClass('quiet', undefined, 'button-icon')}
        aria-label={`${strings.app.theme}: ${strings.app.themes[theme]}`}
      >
        {ICONS[theme]}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Menu.Popup className="menu menu-small">
            <Menu.RadioGroup aria-label={strings.app.theme} value={theme} onValueChange={setTheme}>
              {THEMES.map((entry) => (
                <Menu.RadioItem key={entry} value={entry} className="menu-item" closeOnClick>
                  <span className="menu-check">
                    <Menu.RadioItemIndicator>
                      <Check aria-hidden="true" />
                    </Menu.RadioItemIndicator>
                  </span>
                  <span className="menu-text">{strings.app.themes[entry]}</span>
                  {ICONS[entry]}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
