/** Words about connecting an account and about connected ones. `vendor` is the integration's label. */

export const connect = {
  button: (vendor: string) => `Connect ${vendor}`,
  busy: 'Opening…',
  addPortal: 'Add another account',
  reconnect: 'Reconnect',
  reads: 'What is read',
  never: 'What is never done',
  optional: 'Only if you allow it',
  safety: (vendor: string) =>
    `You sign in at ${vendor}. Your password never reaches this service, and access can be withdrawn at any time.`,
  notConfigured: 'This integration is not set up yet',
  notConfiguredText: 'An administrator has to provide these settings first:',
}

export const flow = {
  openingTitle: (vendor: string) => `Opening ${vendor}…`,
  waitingTitle: (vendor: string) => `Waiting for ${vendor}`,
  waitingText: (vendor: string) =>
    `Choose the account and allow access in the ${vendor} window. This page goes on by itself.`,
  bringToFront: 'Bring window to front',
  closedTitle: (vendor: string) => `The ${vendor} window is closed`,
  closedText: 'If access was allowed, this page goes on in a moment. Otherwise start again.',
  offline: 'The service does not answer at the moment. Still listening…',
  blockedTitle: (vendor: string) => `Your browser blocked the ${vendor} window`,
  blockedText: 'Allow pop-ups for this page and try again, or go on in this tab: you come straight back here.',
  sameTab: 'Continue in this tab',
  deniedTitle: 'Access was not allowed',
  deniedText: 'Nothing was connected and nothing was read.',
  adminHint: (vendor: string) =>
    `If ${vendor} said that you may not connect apps: a super admin of the account, or somebody with App Marketplace access, has to do it.`,
  adminTitle: 'An administrator has to connect this account',
  expiredTitle: 'This attempt has expired',
  expiredText: 'Nothing was connected. Attempts are valid for ten minutes: start a new one.',
  awayTitle: (vendor: string) => `${vendor} is not answering`,
  failedTitle: (vendor: string) => `${vendor} could not be connected`,
  failedText: (vendor: string) => `${vendor} ended the attempt without a reason. Try again.`,
  connectedTitle: (name: string) => `${name} is connected`,
  connectedText: (id: string, place: string) => (place === '' ? `Account ${id}` : `Account ${id} · ${place}`),
}

export const connection = {
  title: 'Connection',
  unnamed: (id: string) => `Account ${id}`,
  status: { connected: 'Connected', reconnect_required: 'Reconnect needed' },
  portalId: 'Account ID',
  region: 'Data region',
  accountType: 'Account type',
  since: 'Connected',
  switchPortal: 'Switch account',
  accounts: 'Accounts',
  access: 'Access granted',
  missing: 'Not granted',
  moreAbout: 'About this account',
  lessAbout: 'Less about this account',
  grant: 'Grant access',
  grantShort: 'Grant',
  grantOne: (words: string) => `Grant ${words} too`,
  disconnect: 'Disconnect',
  disconnectTitle: (name: string) => `Disconnect ${name}?`,
  disconnectHere: 'Here: the stored access is deleted and its records are no longer shown.',
  disconnectThere: (vendor: string) =>
    `At ${vendor}: the access is revoked. No record in ${vendor} is changed or deleted.`,
  disconnectLater: 'You can connect the account again at any time.',
  disconnecting: 'Disconnecting…',
  bannerTitle: (name: string) => `${name} has to be reconnected`,
  bannerSince: (moment: string) => `Noticed ${moment}.`,
  bannerKept: 'Records that are already loaded stay visible, but are no longer updated.',
  old: 'Not up to date',
  reasons: {
    revoked: (vendor: string) => `${vendor} no longer accepts the access: it was withdrawn or the app was uninstalled.`,
    refresh_interrupted: (vendor: string) => `Renewing the access was interrupted and ${vendor} no longer accepts it.`,
  } as Record<string, (vendor: string) => string>,
  reasonUnknown: (vendor: string) => `${vendor} no longer accepts the access.`,
  accountTypes: {
    STANDARD: 'Standard',
    DEVELOPER_TEST: 'Developer test account',
    SANDBOX: 'Sandbox',
    APP_DEVELOPER: 'App developer account',
  } as Record<string, string>,
  regions: {
    na1: 'North America (na1)',
    na2: 'North America (na2)',
    eu1: 'Europe (eu1)',
    ap1: 'Asia Pacific (ap1)',
  } as Record<string, string>,
}
