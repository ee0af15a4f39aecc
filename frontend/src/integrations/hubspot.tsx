/** Texts, columns and charts of the HubSpot integration. */
import type { Item } from '../api/types'
import type { IntegrationDescriptor, Measure } from '../features/descriptor'
import { numberOf, textOf } from '../features/items/property-columns'
import { formatSum } from '../lib/format'
import { strings } from '../lib/strings'
import { HUBSPOT_COLUMNS, HUBSPOT_MEANINGS } from './hubspot-columns'
import { hubspotRecordUrl } from './hubspot-record-url'
import { HubSpotIcon } from './icons'

const AMOUNT: Measure = {
  header: strings.columns.amount,
  value: (item) => numberOf(item, 'amount'),
  unit: (item) => textOf(item, 'deal_currency_code'),
  format: formatSum,
}

const LAST_MONTH = { days: 30, time: (item: Item) => item.creation_time }

export const HUBSPOT: IntegrationDescriptor = {
  id: 'hubspot',
  label: 'HubSpot',
  icon: <HubSpotIcon />,
  ...strings.hubspot,
  recordUrl: hubspotRecordUrl,
  columns: HUBSPOT_COLUMNS,
  quickSearch: true,
  meanings: HUBSPOT_MEANINGS,
  singles: true,
  histories: true,
  figures: [
    {
      type: 'deals',
      header: strings.overview.figures.openDeals,
      test: (item) => negated(flag(item, 'hs_is_closed')),
      measure: AMOUNT,
    },
    {
      type: 'deals',
      header: strings.overview.figures.wonDeals,
      test: (item) => flag(item, 'hs_is_closed_won'),
      recent: { days: 90, time: (item) => textOf(item, 'closedate') },
      measure: AMOUNT,
    },
    { type: 'contacts', header: strings.overview.figures.newContacts, recent: LAST_MONTH },
    { type: 'tickets', header: strings.overview.figures.newTickets, recent: LAST_MONTH },
  ],
  funnels: [
    { type: 'deals', pipeline: 'pipeline', stage: 'stage', measure: AMOUNT },
    { type: 'tickets', pipeline: 'pipeline', stage: 'status' },
  ],
  charts: [
    { type: 'deals', column: 'owner', measure: AMOUNT },
    { type: 'contacts', column: 'lifecyclestage' },
    { type: 'companies', column: 'industry' },
  ],
  created: ['deals', 'contacts', 'tickets'],
}

/** HubSpot calculates these itself; null before it has. */
function flag(item: Item, property: string): boolean | null {
  const value = item.properties[property]
  return typeof value === 'boolean' ? value : null
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value
}
