/** What the palette offers on every page: what can be done now, other accounts, integrations and themes. */
import { Moon, Plug, Zap } from 'lucide-react'
import type { Connection, Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import { useTheme, type Theme } from '../../lib/theme'
import { useUrlState } from '../../lib/url-state'
import { useCommands } from '../../lib/commands'
import { connectionName } from '../connection-name'
import { openingTable } from '../items/table-key'
import type { Entry, EntryGroup } from './entries'
import type { PaletteOf } from './palette-of'

const words = strings.palette
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function usePageEntries({ integrations, connection }: PaletteOf): readonly EntryGroup[] {
  const [, setUrl] = useUrlState()
  const commands = useCommands()
  const [theme, chooseTheme] = useTheme()
  const go = (integration: Integration, to: Connection | null) => () => {
    const table = openingTable(integration, to)
    setUrl({ ...table, app: integration.id, portal: to?.portal_id ?? null, view: null, type: null })
  }
  const accounts = integrations.flatMap((integration): Entry[] =>
    integration.connections
      .filter((entry) => entry.connection_id !== connection?.connection_id)
      .map((entry) => ({
        id: `account ${entry.connection_id}`,
        label: connectionName(entry),
        detail: `${integration.label} · ${entry.portal_id}`,
        icon: <Plug />,
        run: go(integration, entry),
      })),
  )
  const unconnected = integrations
    .filter((integration) => integration.connections.length === 0)
    .map((integration) => ({
      id: `connect ${integration.id}`,
      label: strings.connect.button(integration.label),
      icon: <Plug />,
      run: go(integration, null),
    }))
  const themes = THEMES.filter((entry) => entry !== theme).map((entry) => ({
    id: `theme ${entry}`,
    label: words.theme(strings.app.themes[entry]),
    icon: <Moon />,
    run: () => {
      chooseTheme(entry)
    },
  }))
  const actions = commands.map((command): Entry => ({ ...command, icon: <Zap /> }))
  return [
    { title: words.groups.actions, items: [...actions, ...themes] },
    { title: words.groups.accounts, items: [...accounts, ...unconnected] },
  ]
}
