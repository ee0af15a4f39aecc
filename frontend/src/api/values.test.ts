// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { makeItem } from '../test-items'
import { valuesQuery } from './values'

const REQUEST = { provider: 'hubspot', connectionId: 'c1', objectType: 'contacts', properties: 'phone' }
const ADA = makeItem({ properties: { phone: '1' } })

afterEach(() => {
  vi.unstubAllGlobals()
})

function read(...lines: readonly object[]) {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } })),
  )
  return new QueryClient({ defaultOptions: { queries: { retry: false } } }).fetchQuery(valuesQuery(REQUEST))
}

function receipt(complete: boolean, resume: string | null = null) {
  return { receipt: { complete, object_types: { contacts: { complete } }, resume } }
}

test('the values of all records are kept by item id', async () => {
  const { values, whole } = await read({ item: ADA }, receipt(true))

  expect(values.get('1_Contact')?.properties).toEqual({ phone: '1' })
  expect(whole).toBe(true)
})

test('values of records that were left out are not known', async () => {
  expect((await read({ item: ADA }, receipt(false))).whole).toBe(false)
})

test('values of a part of the records are a failure', async () => {
  const error = { status: 502, code: 'upstream_unavailable', detail: 'Try again.', action: 'retry' }

  await expect(read({ item: ADA }, receipt(false, 'p1'), { error })).rejects.toMatchObject({ problem: { status: 502 } })
  await expect(read({ item: ADA }, receipt(false, 'p1'))).rejects.toMatchObject({ problem: { code: 'incomplete' } })
})
