/** A condition as a sentence: "Amount ≥ 1,000", "Phone is empty". */
import { formatDay, formatValue } from '../../lib/format'
import { locale } from '../../lib/language'
import { strings } from '../../lib/strings'
import type { Condition, Operator } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { kindOf } from './conditions'
import { isExact, numberIn, type Kind } from './fitting'

const words = strings.conditions
const { phrases } = words

const MAX_VALUES = 3
const MAX_CHARACTERS = 40
const either = new Intl.ListFormat(locale, { type: 'disjunction' })

const COMMON = { has: phrases.isNotEmpty, has_not: phrases.isEmpty } as const

/** What an operator is called, by the kind of the column. */
const LABELS: Readonly<Record<Kind, Readonly<Partial<Record<Operator, string>>>>> = {
  text: { ...COMMON, contains: phrases.contains, lacks: phrases.lacks, eq: phrases.is, neq: phrases.isNot },
  number: { ...COMMON, eq: '=', neq: '≠', lt: '<', lte: '≤', gt: '>', gte: '≥', between: phrases.between },
  date: {
    ...COMMON,
    eq: phrases.on,
    lt: phrases.before,
    gt: phrases.after,
    lte: phrases.onOrBefore,
    gte: phrases.onOrAfter,
    between: phrases.between,
    past: phrases.past,
  },
  choice: { ...COMMON, in: phrases.anyOf, not_in: phrases.noneOf },
  flag: { ...COMMON, eq: phrases.is, neq: phrases.isNot },
}

export function operatorLabel(operator: Operator, kind: Kind): string {
  return LABELS[kind][operator] ?? operator
}

export interface ConditionSentence {
  /** The column and the operator. */
  readonly beginning: string
  /** Empty for an operator without values. */
  readonly end: string
}

/** `labels`: of the values of a choice. */
export function sentenceOf(
  { operator, values }: Condition,
  column: ColumnSpec,
  labels: ReadonlyMap<string, string>,
): ConditionSentence {
  const kind = kindOf(column)
  const texts = values.map((value) => valueText(operator, value, kind, labels))
  return { beginning: `${column.header} ${phraseOf(operator, kind)}`, end: joined(operator, texts) }
}

function phraseOf(operator: Operator, kind: Kind): string {
  if (operator === 'in') return phrases.is
  return operator === 'not_in' ? phrases.isNot : operatorLabel(operator, kind)
}

function joined(operator: Operator, texts: readonly string[]): string {
  const [first = '', second = ''] = texts
  if (operator === 'between') return words.and(first, second)
  if (texts.length <= MAX_VALUES) return texts.length < 2 ? first : either.format(texts)
  return either.format([...texts.slice(0, MAX_VALUES - 1), words.others(texts.length - MAX_VALUES + 1)])
}

function valueText(operator: Operator, value: string, kind: Kind, labels: ReadonlyMap<string, string>): string {
  if (kind === 'text') return words.quoted(shortened(value))
  if (kind === 'number') {
    const number = numberIn(value)
    return number === null || isExact(number) ? formatValue(number) : value
  }
  if (kind === 'flag') return formatValue(value === 'true')
  if (kind === 'choice') return shortened(labels.get(value) ?? value)
  return operator === 'past' ? words.days(Number(value)) : formatDay(value)
}

function shortened(text: string): string {
  const letters = [...text.slice(0, 2 * MAX_CHARACTERS + 2)]
  return letters.length > MAX_CHARACTERS ? `${letters.slice(0, MAX_CHARACTERS).join('')}…` : text
}
