/** Texts for choosing rows of the table and copying them. */
import { counted } from '../../counted'

export const choice = {
  title: 'Chosen rows',
  choose: (name: string) => `Choose ${name}`,
  chooseAll: 'Choose all rows of this view',
  count: (count: string) => `${count} chosen`,
  hidden: (count: string) => `${count} more not in this view`,
  clear: 'Clear choice',
  copied: (rows: number) => counted(rows, { one: '# row copied', other: '# rows copied' }),
  tooMany: (limit: string) => `Up to ${limit} rows can be copied. Export these instead.`,
  copyFailed: 'The rows could not be copied. Export them instead.',
}
