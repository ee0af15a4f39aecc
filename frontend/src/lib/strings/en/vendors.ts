/** What each integration says of itself. */

export const hubspot = {
  tagline: 'View, search and export the CRM records of your HubSpot account.',
  reads: ['Contacts, companies and deals', 'Associations between them', 'Names of owners, pipelines and stages'],
  never: ['Change or delete anything in HubSpot', 'Send emails or messages', 'See your HubSpot password'],
  adminHint:
    'If HubSpot does not let you connect apps, ask a super admin of the account or a user with App Marketplace access.',
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
    'sales-email-read': 'Email content',
    'e-commerce': 'Products and line items',
    tickets: 'Tickets',
    'crm.objects.tickets.read': 'Tickets',
  } as Record<string, string>,
  afterDisconnect:
    'At HubSpot: the refresh token is revoked once no other connection uses it. Issued access tokens stay valid for up to 30 minutes. The app stays installed until an admin uninstalls it. No record is changed or deleted.',
}

export const airtable = {
  tagline: 'View the bases and tables of your Airtable workspaces.',
  reads: ['The bases you choose', 'The tables in them'],
  never: ['Change or delete anything in Airtable', 'Read bases you did not choose', 'See your Airtable password'],
  scopeWords: {
    'schema.bases:read': 'Bases and tables',
    'user.email:read': 'Your email address',
  } as Record<string, string>,
  afterDisconnect:
    'At Airtable: apps cannot revoke their own access. Remove the integration in your Airtable account. No record is changed or deleted.',
}

export const notion = {
  tagline: 'View the pages and databases of your Notion workspace.',
  reads: ['The pages you share', 'The databases you share'],
  never: ['Change or delete anything in Notion', 'Read pages you did not share', 'See your Notion password'],
  scopeWords: {} as Record<string, string>,
  afterDisconnect:
    'At Notion: the access token is revoked. The integration stays listed in the workspace until you remove it there. No page is changed or deleted.',
}

/** For an integration the page has no words of its own for. */
export const unknownVendor = {
  tagline: (vendor: string) => `View the contents of your ${vendor} account.`,
  never: (vendor: string) => `Change or delete anything in ${vendor}`,
  afterDisconnect: (vendor: string) => `At ${vendor}: access may remain until you revoke it there.`,
}
