/** Texts and columns of the Airtable integration. */
import type { IntegrationDescriptor } from '../features/descriptor'
import { PARENT } from '../features/items/columns'
import { childrenColumn, propertyColumn } from '../features/items/property-columns'
import { strings } from '../lib/strings'
import { AirtableIcon } from './icons'

const heads = strings.columns

export const AIRTABLE: IntegrationDescriptor = {
  id: 'airtable',
  label: 'Airtable',
  icon: <AirtableIcon />,
  ...strings.airtable,
  columns: {
    bases: [
      { ...propertyColumn('permissionLevel', heads.permission, 'permission'), facet: true },
      childrenColumn('tables', heads.tables),
    ],
    tables: [{ ...PARENT, header: heads.base }, propertyColumn('description', heads.description)],
  },
  timeless: true,
  charts: [
    { type: 'tables', column: PARENT.id },
    { type: 'bases', column: 'permission' },
  ],
}
