/** Every text of the page, in English; the other languages have the same shape. */
import { counted } from '../../counted'
import { detail } from './record'
import { columns, items } from './records'
import { choice } from './choice'
import { connect, connection, flow } from './connect'
import { exporting, load, overview } from './load'
import { conditions } from './conditions'
import { endpoints } from './endpoints'
import { palette } from './palette'
import { session } from './session'
import { sync } from './sync'
import { views } from './views'
import { airtable, hubspot, notion, unknownVendor } from './vendors'

interface ProblemText {
  readonly title: string
  /** Left out where only the service's own sentence says what is wrong. */
  readonly detail?: string
}

export const en = {
  app: {
    name: 'Integrations',
    skip: 'Skip to the records',
    language: 'Language',
    browserLanguage: 'Language of the browser',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    integrations: 'Integrations',
    connectedCount: (count: number) => counted(count, { one: '# account connected', other: '# accounts connected' }),
    someEnded: ', reconnect needed',
  },
  crash: {
    title: 'Something went wrong on this page',
    text: 'No data was lost. Reload the page to continue.',
    reload: 'Reload page',
    partTitle: 'This part could not be displayed',
    partText: 'Try again. If it fails again, reload the page.',
    codeText: 'Its code could not be loaded. Reload the page: a new version may be available.',
  },
  action: {
    retry: 'Try again',
    cancel: 'Cancel',
    close: 'Close',
    dismiss: 'Dismiss',
    reload: 'Reload records',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Could not be copied',
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
  /** By the code of the problem: for a translation, and where the service's own sentence, which is English, is for programs. */
  problems: {
    invalid_cursor: {
      title: 'This position is no longer valid',
      detail: 'Reading cannot continue from here. Start from the beginning.',
    },
  } as Readonly<Partial<Record<string, ProblemText>>>,
  /** The same for what a load or a list leaves out, by the code of the notice; `type` is the object type's label, if it is about one. */
  notices: {} as Readonly<Partial<Record<string, (type: string | null) => string>>>,
  /** Object types that a vendor has for all accounts; others have the label that the account gives them. */
  objectTypes: {} as Readonly<Partial<Record<string, string>>>,
  value: { yes: 'Yes', no: 'No' },
  reference: 'Reference',
  retryIn: (seconds: number) => `You can try again in ${String(seconds)} s`,
  connect,
  flow,
  connection,
  session,
  items,
  conditions,
  columns,
  detail,
  load,
  overview,
  sync,
  endpoints,
  choice,
  exporting,
  views,
  palette,
  hubspot,
  airtable,
  notion,
  unknownVendor,
}
