/** Texts for loading, the overview and exports. */
import { counted } from '../../counted'

const requestWords = (count: number) => counted(count, { one: '# request', other: '# requests' })
const recordWords = (count: number) => counted(count, { one: '# record', other: '# records' })
const rowWords = (count: number) => counted(count, { one: '# row', other: '# rows' })

export const load = {
  title: 'Load',
  offer: (total: number) =>
    counted(total, {
      one: 'Load # record to sort, filter and chart it',
      other: 'Load all # records to sort, filter and chart them',
    }),
  offerText: 'Load everything to sort, filter and chart all records',
  start: 'Load everything',
  again: 'Load again',
  resume: 'Resume',
  stop: 'Stop',
  uncounted: 'Not all records could be counted.',
  recount: 'Count again',
  planning: 'Counting records…',
  resumingAfter: (done: number) =>
    counted(done, { one: 'Resuming after # record…', other: 'Resuming after # records…' }),
  resumingAt: (done: string, total: string) => `Resuming at ${done} of ${total} records…`,
  plan: (requests: number, time: string) => `${requestWords(requests)}, ${time}`,
  about: (time: string) => `about ${time}`,
  running: (done: string, total: string | null) =>
    total === null ? `Loading… ${done} so far` : `Loading ${done} of ${total}`,
  rate: (rate: string) => `${rate} per second`,
  left: (time: string) => `${time} left`,
  waiting: {
    limit: (vendor: string, seconds: string) => `${vendor} rate limit reached. Loading resumes in ${seconds} s`,
    attempt: (vendor: string, seconds: string) => `A request to ${vendor} failed. Trying again in ${seconds} s`,
  },
  stoppedAfter: (done: number) => counted(done, { one: 'Stopped after # record', other: 'Stopped after # records' }),
  stoppedAt: (done: string, total: string) => `Stopped at ${done} of ${total} records`,
  stoppedText: 'Loaded records are kept.',
  stored: (done: number) => counted(done, { one: '# synced record shown', other: '# synced records shown' }),
  complete: (done: number) => counted(done, { one: '# record loaded', other: 'All # records loaded' }),
  completeText: (requests: number, time: string) => `${requestWords(requests)} in ${time}`,
  inTime: (time: string) => `in ${time}`,
  incomplete: 'Loaded, but incomplete',
  incompleteType: {
    gap: (label: string, delivered: string, total: string) => `${label}: ${delivered} of ${total} loaded.`,
    early: (label: string) => `${label}: ended early.`,
    skipped: (label: string, count: string) => `${label}: ${count} could not be read.`,
    leftOut: (label: string) => `${label}: skipped.`,
  },
  incompleteAdvice: 'Load again to fetch the missing records. If the problem persists, contact your administrator.',
  ended: 'The service ended the load early.',
  failed: 'Loading failed',
  canResume: 'Loaded records are kept. Resume to load the rest.',
  restarts: 'It cannot be resumed. Loading again starts from the beginning.',
  details: 'Details',
  receipt: 'Receipt',
  type: 'Type',
  total: 'In the account',
  delivered: 'Loaded',
  state: 'State',
  typeComplete: 'Complete',
  typeIncomplete: 'Incomplete',
  progressOf: (label: string) => `Progress of ${label.toLowerCase()}`,
}

export const overview = {
  title: 'Overview',
  notAll: (loaded: string, total: string) => `Based on ${loaded} of ${total} records.`,
  empty: 'Nothing is loaded yet',
  emptyText: 'Load the records to see charts of them here.',
  by: (label: string, header: string) => `${label} by ${header.toLowerCase()}`,
  /** What a bar's length stands for, and how many records are counted. */
  bars: (quantity: string, records: number) =>
    `Bar length: ${quantity.slice(0, 1).toLowerCase()}${quantity.slice(1)} · ${recordWords(records)}`,
  quantity: 'Bar length',
  records: recordWords,
  unknown: 'Not known',
  outside: (count: number) =>
    counted(count, { one: '# record is in no listed pipeline.', other: '# records are in no listed pipeline.' }),
  nameless: '(deleted or unknown)',
  figures: {
    openDeals: 'Open deals',
    wonDeals: 'Won in the last 90 days',
    newContacts: 'New contacts, last 30 days',
    newTickets: 'New tickets, last 30 days',
  },
  measured: (header: string, unit: string | null) => (unit === null ? header : `${header} in ${unit}`),
  range: (from: string, to: string, shown: string, all: number) => `${from} – ${to} · ${shown} of ${recordWords(all)}`,
  split: (title: string, value: string) => `${title}: ${value}`,
  created: (label: string, months: number) => `${label} created in the last ${String(months)} months`,
  asTable: 'Show as a table',
  asChart: 'Show as a chart',
  count: 'Records',
  month: 'Month',
  none: '(none)',
  others: (count: number) => counted(count, { one: '# other', other: '# others' }),
  mark: (value: string, count: string) => `${value}: ${count}`,
}

export const exporting = {
  button: 'Export',
  title: (label: string) => `Export ${label.toLowerCase()}`,
  scope: 'Records',
  chosen: 'Chosen rows',
  noneChosen: 'No row of this view is chosen.',
  hidden: (count: number) =>
    counted(count, {
      one: '# more chosen record is not in this view and is left out.',
      other: '# more chosen records are not in this view and are left out.',
    }),
  view: (label: string) => `This view of ${label.toLowerCase()}`,
  what: (rows: number, columns: number) =>
    `${rowWords(rows)} in the displayed order, ${counted(columns, { one: '# column', other: '# columns' })}.`,
  account: 'Whole account',
  allLoaded: 'All loaded records',
  accountText: (rows: number, account: string) =>
    `${counted(rows, { one: '# loaded record', other: '# loaded records' })} of ${account}, all types, with their loaded properties.`,
  nothing: 'No records.',
  partial: (loaded: string, total: string | null) =>
    total === null
      ? `Only the ${loaded} loaded records. The account does not say how many it has. The file states this too.`
      : `Only ${loaded} of ${total} records are loaded. The file states this too.`,
  unfinished: (types: string) => `Not complete: ${types}.`,
  lacking: 'Values of some columns are not loaded. They are empty in CSV and Excel files.',
  leftOut: (types: string) => `Not included, because access is missing: ${types}.`,
  filtered: 'The search and the filters apply.',
  currencyOf: (header: string) => `${header} currency`,
  csv: 'CSV',
  csvText: 'One table. Plain numbers, ISO dates.',
  safe: 'Safe for spreadsheets',
  safeText: 'An apostrophe before text that a spreadsheet would run as a formula.',
  excel: 'Excel',
  excelText: 'A sheet for each type. Numbers and dates are typed, text is never a formula.',
  tooLong: (label: string, count: string) =>
    `A sheet of Excel holds 1,048,575 records, and ${label} has ${count}. Filter the view, or choose CSV.`,
  ndjson: 'NDJSON',
  ndjsonText: 'For programs: all fields, one record per line.',
  working: (done: string, total: string) => `Writing ${done} of ${total}…`,
  done: (rows: number, size: string) => `${rowWords(rows)} written, ${size}`,
  complete: 'Complete',
  incomplete: 'Not the whole account',
  onlyChosen: 'Only the chosen rows',
  /** The last line of a CSV file. */
  rowsOf: (rows: string, total: string | null) => `${rows} of ${total ?? 'an unknown number of'} records`,
  failed: 'The file could not be written',
  failedText: 'Try again. If it fails again, filter the view, or export it in parts.',
  /** The sheet of an Excel file that says what the file covers. */
  about: {
    sheet: 'About this file',
    account: 'Account',
    written: 'Written',
    times: 'Times',
    utc: 'UTC',
    complete: 'Whole account',
    narrowed: 'Search or filters apply',
    chosen: 'Only chosen rows',
    leftOut: 'Without access',
    rows: 'Records in this file',
    total: 'Records in the account',
  },
}
