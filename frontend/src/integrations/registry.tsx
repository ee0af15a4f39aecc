/** The words and columns of each integration the service may offer. One it offers without a line here still works. */
import type { Integration } from '../api/types'
import type { IntegrationDescriptor } from '../features/descriptor'
import { strings } from '../lib/strings'
import { AIRTABLE } from './airtable'
import { HUBSPOT } from './hubspot'
import { UnknownIcon } from './icons'
import { NOTION } from './notion'

const DESCRIPTORS: readonly IntegrationDescriptor[] = [HUBSPOT, AIRTABLE, NOTION]

export function descriptorOf(integration: Integration): IntegrationDescriptor {
  return DESCRIPTORS.find((descriptor) => descriptor.id === integration.id) ?? plainDescriptor(integration)
}

function plainDescriptor({ id, label, object_types }: Integration): IntegrationDescriptor {
  return {
    id,
    label,
    icon: <UnknownIcon />,
    tagline: strings.unknownVendor.tagline(label),
    reads: object_types.map((type) => type.label),
    never: [strings.unknownVendor.never(label)],
    scopeWords: {},
    afterDisconnect: strings.unknownVendor.afterDisconnect(label),
    columns: {},
    charts: [],
  }
}
