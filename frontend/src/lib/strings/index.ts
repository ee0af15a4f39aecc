/** Every word the page says, in one place. */
import { columns, detail, items } from './records'
import { connect, connection, flow } from './connect'
import { exporting, load, overview } from './load'
import { session } from './session'
import { sync } from './sync'
import { airtable, hubspot, notion, unknownVendor } from './vendors'

export const strings = {
  app: {
    name: 'Integrations',
    skip: 'Skip to the records',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    integrations: 'Integrations',
    connectedCount: (count: number) => (count === 1 ? '1 account connected' : `${String(count)} accounts connected`),
    someEnded: ', reconnect needed',
  },
  crash: {
    title: 'Something went wrong on this page',
    text: 'No data was lost. Reload the page to continue.',
    reload: 'Reload page',
    partTitle: 'This part could not be displayed',
    partText: 'Try again. If it fails again, reload the page: a new version may be available.',
  },
  action: {
    retry: 'Try again',
    cancel: 'Cancel',
    close: 'Close',
    dismiss: 'Dismiss',
    reload: 'Reload records',
    copy: 'Copy',
    copied: 'Copied',
  },
  /** What the service's own sentence does not say to a person at this page. */
  advice: {
    sign_in: 'Then try again.',
    fix_request: 'Reload the page and try again.',
    contact_support: 'If it happens again, send the reference to your administrator.',
  } as Readonly<Partial<Record<string, string>>>,
  problem: {
    unknownTitle: 'Something went wrong',
    noDetail: 'The service did not return a reason. Try again in a moment.',
    signedOutTitle: 'You are not signed in',
    signedOut: 'Your session has ended. Open this page from your application again to sign in.',
    unreachableTitle: 'The service is not responding',
    unreachable:
      'This page could not reach the integration service. Check your network connection and that the service is running, then try again.',
    unexpected:
      'The service returned an unexpected response. Reload the page. If the problem persists, contact your administrator.',
    incompleteTitle: 'Some records could not be read',
    incomplete: 'The response was incomplete, so the displayed records were not replaced. Try again.',
    interruptedTitle: 'The connection to the service was interrupted',
    interrupted: 'The response ended early.',
  },
  value: { yes: 'Yes', no: 'No' },
  reference: 'Reference',
  retryIn: (seconds: number) => `You can try again in ${String(seconds)} s`,
  connect,
  flow,
  connection,
  session,
  items,
  columns,
  detail,
  load,
  overview,
  sync,
  exporting,
  hubspot,
  airtable,
  notion,
  unknownVendor,
} as const
