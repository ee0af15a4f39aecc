/** Texts, columns and charts of the HubSpot integration. */
import type { IntegrationDescriptor, Measure } from '../features/descriptor'
import { numberOf, textOf } from '../features/items/property-columns'
import { formatSum } from '../lib/format'
import { strings } from '../lib/strings'
import { HUBSPOT_COLUMNS } from './hubspot-columns'
import { hubspotRecordUrl } from './hubspot-record-url'
import { HubSpotIcon } from './icons'

const AMOUNT: Measure = {
  header: strings.columns.amount,
  value: (item) => numberOf(item, 'amount'),
  unit: (item) => textOf(item, 'deal_currency_code'),
  format: formatSum,
}

export const HUBSPOT: IntegrationDescriptor = {
  id: 'hubspot',
  label: 'HubSpot',
  icon: <HubSpotIcon />,
  ...strings.hubspot,
  recordUrl: hubspotRecordUrl,
  columns: HUBSPOT_COLUMNS,
  charts: [
    { type: 'deals', column: 'stage', measure: AMOUNT, splitBy: 'pipeline' },
    { type: 'deals', column: 'owner', measure: AMOUNT },
    { type: 'contacts', column: 'lifecyclestage' },
    { type: 'contacts', column: 'owner' },
    { type: 'companies', column: 'industry' },
    { type: 'companies', column: 'owner' },
    { type: 'tickets', column: 'status', splitBy: 'pipeline' },
    { type: 'tickets', column: 'owner' },
  ],
}
