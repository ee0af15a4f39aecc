/**
 * The face of the HubSpot integration: what it reads, in words, and the page for it.
 *
 * Not connected: the connect card. Connected: the account beside its records.
 */
import { IntegrationPage } from '../features/integration-page'
import type { ColumnSpec, IntegrationDescriptor } from '../features/descriptor'
import { labelled } from '../features/items/table-model'
import type { Integration, Item } from '../api/types'
import { formatAmount, formatCount } from '../lib/format'
import { strings } from '../lib/strings'
import { HubSpotIcon } from './hubspot-icon'

const heads = strings.columns

const OWNER = property('hubspot_owner_id', heads.owner, 'owner')

const HUBSPOT: IntegrationDescriptor = {
  id: 'hubspot',
  label: 'HubSpot',
  icon: <HubSpotIcon />,
  ...strings.hubspot,
  columns: {
    contacts: [
      { ...property('email', heads.email), grow: 1.8 },
      { id: 'company', header: heads.company, text: (item) => item.parent_path_or_name ?? '', grow: 1.5 },
      property('lifecyclestage', heads.lifecyclestage),
      OWNER,
    ],
    companies: [
      { ...property('domain', heads.domain), grow: 1.4 },
      property('industry', heads.industry),
      property('city', heads.city),
      OWNER,
      {
        id: 'related',
        header: heads.related,
        text: (item) => (item.children?.length ? formatCount(item.children.length) : ''),
        sortBy: (item) => item.children?.length ?? null,
        align: 'end',
        grow: 0.8,
      },
    ],
    deals: [
      {
        id: 'amount',
        header: heads.amount,
        text: amount,
        sortBy: (item) => numberOf(item, 'amount'),
        align: 'end',
      },
      property('dealstage', heads.stage, 'stage'),
      property('pipeline', heads.pipeline),
      moment('closedate', heads.closedate),
      OWNER,
    ],
    tickets: [
      property('hs_pipeline_stage', heads.status, 'status'),
      property('hs_ticket_priority', heads.priority, 'priority'),
      property('hs_pipeline', heads.pipeline, 'pipeline'),
      OWNER,
    ],
  },
}

export function HubSpot({ integration }: { readonly integration: Integration }) {
  return <IntegrationPage integration={integration} descriptor={HUBSPOT} />
}

/** A property by its label; `id` names the column in the address when the property's own name is unwieldy. */
function property(name: string, header: string, id = name): ColumnSpec {
  return { id, header, text: (item) => labelled(item, name) }
}

function moment(name: string, header: string): ColumnSpec {
  return {
    ...property(name, header),
    sortBy: (item) => {
      const value = item.properties[name]
      return typeof value === 'string' ? Date.parse(value) : null
    },
  }
}

function amount(item: Item): string {
  const value = numberOf(item, 'amount')
  const currency = item.properties['deal_currency_code']
  return value === null ? labelled(item, 'amount') : formatAmount(value, typeof currency === 'string' ? currency : null)
}

function numberOf(item: Item, name: string): number | null {
  const value = item.properties[name]
  return typeof value === 'number' ? value : null
}
