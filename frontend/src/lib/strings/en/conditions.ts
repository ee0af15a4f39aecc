/** Words about filters on any property. A sentence is the property, the phrase and the value: "Phone is empty". */
import { counted } from '../../counted'

export const conditions = {
  add: 'Add filter',
  choose: 'Filter by a property',
  remove: (sentence: string) => `Remove the filter: ${sentence}`,
  operator: 'Condition',
  value: 'Value',
  values: 'Values',
  findValue: 'Search values',
  apply: 'Apply',
  phrases: {
    contains: 'contains',
    lacks: 'does not contain',
    is: 'is',
    isNot: 'is not',
    on: 'is on',
    before: 'is before',
    after: 'is after',
    onOrBefore: 'is on or before',
    onOrAfter: 'is on or after',
    between: 'is between',
    past: 'is in the last',
    anyOf: 'is any of',
    noneOf: 'is none of',
    isEmpty: 'is empty',
    isNotEmpty: 'is not empty',
  },
  and: (first: string, last: string) => `${first} and ${last}`,
  quoted: (text: string) => `“${text}”`,
  days: (count: number) => counted(count, { one: '# day', other: '# days' }),
  others: (count: number) => counted(count, { one: '# other', other: '# others' }),
}
