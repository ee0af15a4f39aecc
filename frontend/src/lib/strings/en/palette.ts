/** Texts for the command palette. */
import { counted } from '../../counted'

export const palette = {
  button: 'Search or jump to…',
  title: 'Command palette',
  placeholder: 'Search records, views and actions…',
  none: (query: string) => `Nothing found for “${query}”`,
  hint: 'Arrow keys to choose, Enter to open, Escape to close.',
  found: (count: number) => counted(count, { one: '# result', other: '# results' }),
  groups: {
    records: 'Records',
    views: 'Saved views',
    types: 'Go to',
    actions: 'Actions',
    accounts: 'Accounts',
    search: (vendor: string) => `Search in ${vendor}`,
    hits: (vendor: string) => `Found in ${vendor}`,
  },
  searching: (vendor: string) => `Searching ${vendor}…`,
  failed: (vendor: string) => `The search in ${vendor} failed. Change the text to try again.`,
  searchFor: (query: string, label: string) => `“${query}” in ${label}`,
  theme: (name: string) => `Theme: ${name}`,
  stopLoad: 'Stop loading',
  resumeLoad: 'Resume loading',
  loadAgain: 'Load everything again',
  disconnect: (name: string) => `Disconnect ${name}…`,
}
