import { beforeAll, expect, test, vi } from 'vitest'

const NOW = Date.parse('2026-11-24T12:00:00Z')

let format: typeof import('./format')
let strings: typeof import('./strings').strings

/** What a browser with these languages reads: the modules ask once, when they start. */
beforeAll(async () => {
  vi.resetModules()
  vi.stubGlobal('navigator', { languages: ['de-DE', 'en'] })
  await (await import('./language')).loadLanguage()
  format = await import('./format')
  strings = (await import('./strings')).strings
})

test('texts, numbers, dates and ages are German together', () => {
  expect(strings.action.cancel).toBe('Abbrechen')
  expect(format.formatCount(50_000)).toBe('50.000')
  expect(format.formatDay('2026-03-01')).toBe('01.03.2026')
  expect(format.formatAgo('2026-11-24T11:55:00Z', NOW)).toBe('vor 5 Minuten')
  expect(format.formatAmount(1234.5, 'EUR')).toBe('1.234,50\u00a0€')
  expect(format.formatValue(true)).toBe('Ja')
})

test.each([
  [0, '0 Datensätze'],
  [1, '1 Datensatz'],
  [2, '2 Datensätze'],
  [1234, '1.234 Datensätze'],
])('%i records read as “%s”', (count, words) => {
  expect(strings.items.all(count)).toBe(words)
})

test('the service’s problems are German where there is a translation, and stay what they are elsewhere', async () => {
  const { parseProblem, detailOf } = await import('./problem')
  const wire = { code: 'not_connected', title: 'Not connected', detail: 'Connect one first.', action: 'reconnect' }

  expect(parseProblem(404, wire)).toMatchObject({ title: 'Nicht verbunden', action: 'reconnect' })
  expect(parseProblem(404, wire).detail).toContain('Verbinden Sie')
  expect(parseProblem(400, { ...wire, code: 'new_code' }).detail).toBe('Connect one first.')
  expect(parseProblem(422, { ...wire, code: 'validation_failed' }).detail).toBe('Connect one first.')
  expect(detailOf({ code: 'new_code', detail: null })).toBe(strings.problem.noDetail)
})

test('notices name the object type in German, and each once', async () => {
  const { noticeTexts } = await import('./notice')
  const notice = { code: 'associations_unavailable', object_type: 'contacts', detail: 'Contacts come without deals.' }

  expect(noticeTexts([notice, { ...notice, detail: 'Contacts come without companies.' }])).toEqual([
    'Kontakte: Einige Verknüpfungen fehlen. HubSpot gibt sie nicht heraus.',
  ])
  expect(noticeTexts([{ ...notice, code: 'new_code' }])).toEqual(['Contacts come without deals.'])
})
