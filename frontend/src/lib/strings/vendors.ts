/** What each integration says of itself. */

export const hubspot = {
  tagline: 'See the contacts, companies and deals of your HubSpot account here, with the names you know.',
  reads: ['Contacts, companies and deals', 'How they belong together', 'Names of owners, pipelines and stages'],
  never: ['Change or delete anything in HubSpot', 'Send e-mails or messages', 'See your HubSpot password'],
  adminHint:
    'If HubSpot said that you may not connect apps: a super admin of the account, or somebody with App Marketplace access, has to do it.',
  scopeWords: {
    oauth: 'Basic account details',
    'crm.objects.contacts.read': 'Contacts',
    'crm.objects.companies.read': 'Companies',
    'crm.objects.deals.read': 'Deals',
    'crm.objects.owners.read': 'Owners’ names',
    'crm.objects.products.read': 'Products',
    'crm.objects.line_items.read': 'Line items',
    'crm.objects.quotes.read': 'Quotes',
    'crm.objects.leads.read': 'Leads',
    'crm.objects.custom.read': 'Custom objects',
    'crm.schemas.contacts.read': 'Contact fields',
    'crm.schemas.companies.read': 'Company fields',
    'crm.schemas.deals.read': 'Deal fields',
    'crm.schemas.custom.read': 'Custom object definitions',
    'sales-email-read': 'E-mail content',
    'e-commerce': 'Products and line items',
    tickets: 'Tickets',
    'crm.objects.tickets.read': 'Tickets',
  } as Record<string, string>,
}

export const airtable = {
  tagline: 'See the bases and tables of your Airtable workspaces here.',
  reads: ['The bases you choose', 'The tables in them'],
  never: ['Change or delete anything in Airtable', 'Read bases you did not choose', 'See your Airtable password'],
  scopeWords: {
    'schema.bases:read': 'Bases and tables',
    'data.records:read': 'Records',
    'user.email:read': 'Your e-mail address',
  } as Record<string, string>,
}

export const notion = {
  tagline: 'See the pages and databases of your Notion workspace here.',
  reads: ['The pages you share', 'The databases you share'],
  never: ['Change or delete anything in Notion', 'Read pages you did not share', 'See your Notion password'],
  scopeWords: {} as Record<string, string>,
}

/** For an integration the page has no words of its own for. */
export const unknownVendor = {
  tagline: (vendor: string) => `See what your ${vendor} account holds here.`,
  never: (vendor: string) => `Change or delete anything in ${vendor}`,
}
