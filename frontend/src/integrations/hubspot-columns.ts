/** The columns of each HubSpot object type: what people look for first. All are among the properties read by default. */
import type { ColumnSpec, Meaning } from '../features/descriptor'
import {
  amountColumn,
  childrenColumn,
  dayColumn,
  durationColumn,
  momentColumn,
  numberColumn,
  propertyColumn,
} from '../features/items/property-columns'
import { strings } from '../lib/strings'

const heads = strings.columns

const OWNER: ColumnSpec = { ...facet('hubspot_owner_id', heads.owner, 'owner'), as: 'person', grow: 1.3 }
const CONTACT: ColumnSpec = { id: 'contact', header: heads.contact, text: (item) => item.parent_path_or_name ?? '' }
const COMPANY: ColumnSpec = { ...CONTACT, id: 'company', header: heads.company, grow: 1.5 }

/** HubSpot types these as plain strings, or a reference to an owner as a choice. */
export const HUBSPOT_MEANINGS: Readonly<Record<string, Meaning>> = {
  hubspot_owner_id: 'person',
  email: 'email',
  work_email: 'email',
  hs_email_from_email: 'email',
  hs_email_to_email: 'email',
  phone: 'phone',
  mobilephone: 'phone',
  fax: 'phone',
  domain: 'web',
  website: 'web',
}

export const HUBSPOT_COLUMNS: Readonly<Record<string, readonly ColumnSpec[]>> = {
  contacts: [
    { ...propertyColumn('email', heads.email), as: 'email', grow: 1.8 },
    COMPANY,
    { ...facet('lifecyclestage', heads.lifecyclestage), grow: 1.3 },
    OWNER,
  ],
  companies: [
    { ...propertyColumn('domain', heads.domain), as: 'web', grow: 1.4 },
    facet('industry', heads.industry),
    propertyColumn('city', heads.city),
    OWNER,
    childrenColumn('related', heads.related),
  ],
  deals: [
    amountColumn('amount', heads.amount, 'deal_currency_code'),
    { ...facet('dealstage', heads.stage, 'stage'), grow: 1.4 },
    { ...facet('pipeline', heads.pipeline), grow: 1.2 },
    dayColumn('closedate', heads.closedate),
    OWNER,
  ],
  tickets: [
    facet('hs_pipeline_stage', heads.status, 'status'),
    facet('hs_ticket_priority', heads.priority, 'priority'),
    facet('hs_pipeline', heads.pipeline, 'pipeline'),
    OWNER,
  ],
  products: [
    numberColumn('price', heads.price),
    numberColumn('hs_cost_of_goods_sold', heads.cost, 'cost'),
    propertyColumn('hs_sku', heads.sku, 'sku'),
    facet('hs_product_type', heads.productType, 'product-type'),
    { ...propertyColumn('description', heads.description), grow: 1.5 },
  ],
  line_items: [
    numberColumn('quantity', heads.quantity),
    amountColumn('price', heads.price, 'hs_line_item_currency_code'),
    numberColumn('discount', heads.discount),
    amountColumn('amount', heads.amount, 'hs_line_item_currency_code'),
    propertyColumn('hs_sku', heads.sku, 'sku'),
  ],
  quotes: [
    amountColumn('hs_quote_amount', heads.amount, 'hs_currency', 'amount'),
    facet('hs_status', heads.status, 'status'),
    dayColumn('hs_expiration_date', heads.expires, 'expires'),
    OWNER,
  ],
  leads: [
    CONTACT,
    facet('hs_lead_label', heads.label, 'label'),
    facet('hs_lead_type', heads.type, 'lead-type'),
    facet('hs_pipeline_stage', heads.stage, 'stage'),
    OWNER,
  ],
  calls: [
    momentColumn('hs_timestamp', heads.date, 'date'),
    facet('hs_call_direction', heads.direction, 'direction'),
    facet('hs_call_status', heads.status, 'status'),
    durationColumn('hs_call_duration', heads.duration, 'duration'),
    OWNER,
  ],
  emails: [
    { ...propertyColumn('hs_email_from_email', heads.from, 'from'), as: 'email', grow: 1.4 },
    { ...propertyColumn('hs_email_to_email', heads.to, 'to'), as: 'email', grow: 1.4 },
    momentColumn('hs_timestamp', heads.date, 'date'),
    facet('hs_email_direction', heads.direction, 'direction'),
    facet('hs_email_status', heads.status, 'status'),
    OWNER,
  ],
  meetings: [
    momentColumn('hs_meeting_start_time', heads.start, 'start'),
    momentColumn('hs_meeting_end_time', heads.end, 'end'),
    facet('hs_meeting_outcome', heads.outcome, 'outcome'),
    propertyColumn('hs_meeting_location', heads.location, 'location'),
    OWNER,
  ],
  notes: [momentColumn('hs_timestamp', heads.date, 'date'), OWNER],
  tasks: [
    momentColumn('hs_timestamp', heads.due, 'due'),
    facet('hs_task_status', heads.status, 'status'),
    facet('hs_task_priority', heads.priority, 'priority'),
    facet('hs_task_type', heads.type, 'task-type'),
    OWNER,
  ],
}

/** A choice of a few values, by which the column can be filtered. */
function facet(name: string, header: string, id = name): ColumnSpec {
  return { ...propertyColumn(name, header, id), facet: true, as: 'choice' }
}
