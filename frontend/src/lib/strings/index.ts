/** Every word the page says, in one place. */
import { columns, detail, items } from './records'
import { connect, connection, flow } from './connect'
import { exporting, load, overview } from './load'
import { session } from './session'
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
  crash: { title: 'This page ran into a fault', text: 'Nothing was lost. Reload the page to go on.', reload: 'Reload' },
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
    sign_in: 'Then try again here.',
    fix_request: 'Reload the page and try again.',
    contact_support: 'If it happens again, pass the reference on to your administrator.',
  } as Readonly<Partial<Record<string, string>>>,
  problem: {
    unknownTitle: 'Something went wrong',
    noDetail: 'The service gave no explanation. Try again in a moment.',
    signedOutTitle: 'You are not signed in',
    signedOut:
      'The application that this page belongs to signs you in, for a working day at most. Go back to it and open this page from there.',
    unreachableTitle: 'The service does not answer',
    unreachable:
      'This page could not reach the integration service. Check that it is running and that you are online, then try again.',
    unexpected:
      'The service answered in a way this page does not understand. Reload the page; if it stays, tell your administrator.',
    interruptedTitle: 'The connection to the service was interrupted',
    interrupted: 'The service stopped sending before the end.',
  },
  value: { yes: 'Yes', no: 'No' },
  reference: 'Reference',
  retryIn: (seconds: number) => `Can be tried again in ${String(seconds)} s`,
  connect,
  flow,
  connection,
  session,
  items,
  columns,
  detail,
  load,
  overview,
  exporting,
  hubspot,
  airtable,
  notion,
  unknownVendor,
} as const
