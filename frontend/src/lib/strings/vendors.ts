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
  afterDisconnect:
    'At HubSpot: the refresh token is revoked once no other connection uses it. An access token that was already issued works for up to 30 minutes more, and the app stays installed until an admin uninstalls it. No record is changed or deleted.',
}

export const airtable = {
  tagline: 'See the bases and tables of your Airtable workspaces here.',
  reads: ['The bases you choose', 'The tables in them'],
  never: ['Change or delete anything in Airtable', 'Read bases you did not choose', 'See your Airtable password'],
  scopeWords: {
    'schema.bases:read': 'Bases and tables',
    'user.email:read': 'Your e-mail address',
  } as Record<string, string>,
  afterDisconnect:
    'At Airtable: nothing changes. Airtable lets no app revoke its own access: remove the integration in your Airtable account. No record is changed or deleted.',
}

export const notion = {
  tagline: 'See the pages and databases of your Notion workspace here.',
  reads: ['The pages you share', 'The databases you share'],
  never: ['Change or delete anything in Notion', 'Read pages you did not share', 'See your Notion password'],
  scopeWords: {} as Record<string, string>,
  afterDisconnect:
    'At Notion: the access token is revoked; the integration stays listed in the workspace until it is removed there. No page is changed or deleted.',
}

/** For an integration the page has no words of its own for. */
export const unknownVendor = {
  tagline: (vendor: string) => `See what your ${vendor} account holds here.`,
  never: (vendor: string) => `Change or delete anything in ${vendor}`,
  afterDisconnect: (vendor: string) => `At ${vendor}: what you granted may last until you withdraw it there.`,
}
