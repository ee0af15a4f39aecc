/** Texts, columns and charts of the HubSpot integration. */
import type { ColumnSpec, IntegrationDescriptor, Measure } from '../features/descriptor'
import { childrenColumn, labelled, propertyColumn, timeOf } from '../features/items/columns'
import type { Item } from '../api/types'
import { formatAmount, formatDay, formatSum } from '../lib/format'
import { strings } from '../lib/strings'
import { hubspotRecordUrl } from './hubspot-record-url'
import { HubSpotIcon } from './icons'

const heads = strings.columns

const OWNER: ColumnSpec = { ...propertyColumn('hubspot_owner_id', heads.owner, 'owner'), facet: true }

const AMOUNT: Measure = {
  header: heads.amount,
  value: (item) => numberOf(item, 'amount'),
  unit: (item) => {
    const currency = item.properties['deal_currency_code']
    return typeof currency === 'string' ? currency : null
  },
  format: formatSum,
}

export const HUBSPOT: IntegrationDescriptor = {
  id: 'hubspot',
  label: 'HubSpot',
  icon: <HubSpotIcon />,
  ...strings.hubspot,
  recordUrl: hubspotRecordUrl,
  columns: {
    contacts: [
      { ...propertyColumn('email', heads.email), grow: 1.8 },
      { id: 'company', header: heads.company, text: (item) => item.parent_path_or_name ?? '', grow: 1.5 },
      { ...propertyColumn('lifecyclestage', heads.lifecyclestage), facet: true, grow: 1.3 },
      OWNER,
    ],
    companies: [
      { ...propertyColumn('domain', heads.domain), grow: 1.4 },
      { ...propertyColumn('industry', heads.industry), facet: true },
      propertyColumn('city', heads.city),
      OWNER,
      childrenColumn('related', heads.related),
    ],
    deals: [
      { id: 'amount', header: heads.amount, text: amountOf, sortBy: AMOUNT.value, align: 'end' },
      { ...propertyColumn('dealstage', heads.stage, 'stage'), facet: true, grow: 1.4 },
      { ...propertyColumn('pipeline', heads.pipeline), facet: true, grow: 1.2 },
      dayColumn('closedate', heads.closedate),
      OWNER,
    ],
    tickets: [
      { ...propertyColumn('hs_pipeline_stage', heads.status, 'status'), facet: true },
      { ...propertyColumn('hs_ticket_priority', heads.priority, 'priority'), facet: true },
      propertyColumn('hs_pipeline', heads.pipeline, 'pipeline'),
      OWNER,
    ],
  },
  charts: [
    { type: 'deals', column: 'stage', measure: AMOUNT },
    { type: 'deals', column: 'owner', measure: AMOUNT },
    { type: 'contacts', column: 'lifecyclestage' },
    { type: 'contacts', column: 'owner' },
    { type: 'companies', column: 'industry' },
    { type: 'companies', column: 'owner' },
    { type: 'tickets', column: 'status' },
    { type: 'tickets', column: 'owner' },
  ],
}

function dayColumn(name: string, header: string): ColumnSpec {
  const time = (item: Item) => {
    const value = item.properties[name]
    return typeof value === 'string' ? value : null
  }
  return {
    id: name,
    header,
    time,
    text: (item) => formatDay(time(item) ?? ''),
    sortBy: (item) => timeOf(time(item)),
  }
}

function amountOf(item: Item): string {
  const value = AMOUNT.value(item)
  return value === null ? labelled(item, 'amount') : formatAmount(value, AMOUNT.unit(item))
}

function numberOf(item: Item, name: string): number | null {
  const value = item.properties[name]
  return typeof value === 'number' ? value : null
}
