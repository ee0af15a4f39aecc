/** Texts and columns of the Notion integration. */
import type { IntegrationDescriptor } from '../features/descriptor'
import { strings } from '../lib/strings'
import { NotionIcon } from './icons'

export const NOTION: IntegrationDescriptor = {
  id: 'notion',
  label: 'Notion',
  icon: <NotionIcon />,
  ...strings.notion,
  columns: {},
  charts: [],
}
