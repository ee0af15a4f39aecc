/** The face of the Airtable integration. */
import type { IntegrationDescriptor } from '../features/descriptor'
import { strings } from '../lib/strings'
import { AirtableIcon } from './icons'

export const AIRTABLE: IntegrationDescriptor = {
  id: 'airtable',
  label: 'Airtable',
  icon: <AirtableIcon />,
  ...strings.airtable,
  columns: {},
  charts: [],
}
