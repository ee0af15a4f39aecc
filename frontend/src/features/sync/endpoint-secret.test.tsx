// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetSecrets } from '../../lib/new-secrets'
import { strings } from '../../lib/strings'
import { PATIENTLY } from '../../test-waits'
import { EventEndpoints } from './event-endpoints'

const words = strings.endpoints

let answer: () => void = () => undefined
let made = 0

beforeEach(() => {
  made = 0
  vi.stubGlobal('fetch', ({ method }: Request) => {
    if (method === 'GET') return Promise.resolve(Response.json({ endpoints: [] }))
    made += 1
    const created = { endpoint_id: `e${String(made)}`, url: 'https://a.example', secret: `whsec_${String(made)}` }
    return new Promise<Response>((resolve) => {
      answer = () => {
        resolve(Response.json(created, { status: 201 }))
      }
    })
  })
})
afterEach(() => {
  cleanup()
  forgetSecrets()
  vi.unstubAllGlobals()
})

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <EventEndpoints />
    </QueryClientProvider>,
  )

async function addEndpoint(): Promise<void> {
  const sent = made
  const button = screen.getByRole('button', { name: words.create })
  await vi.waitUntil(() => button.ariaDisabled !== 'true', PATIENTLY)
  fireEvent.change(screen.getByLabelText(words.address), { target: { value: 'https://a.example' } })
  fireEvent.submit(screen.getByLabelText(words.address))
  await vi.waitUntil(() => made > sent, PATIENTLY)
}

test('a secret is still shown after another view was opened, until it is stored', async () => {
  const view = open()
  await addEndpoint()
  view.unmount()
  await act(async () => {
    answer()
    await Promise.resolve()
  })

  open()
  expect(await screen.findByText('whsec_1')).toBeDefined()
  fireEvent.click(screen.getByRole('button', { name: words.secretCopied }))

  expect(screen.queryByText('whsec_1')).toBeNull()
})

test('a second secret does not take the place of one that was not stored yet', async () => {
  open()
  for (const secret of ['whsec_1', 'whsec_2']) {
    await addEndpoint()
    answer()
    await screen.findByText(secret)
  }

  expect(screen.getByText('whsec_1')).toBeDefined()
})

test('the browser asks before a page with a secret that was not stored is left', async () => {
  const left = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  open()
  expect(left()).toBe(true)
  await addEndpoint()
  answer()
  await screen.findByText('whsec_1')

  expect(left()).toBe(false)
  fireEvent.click(screen.getByRole('button', { name: words.secretCopied }))
  expect(left()).toBe(true)
})
