// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'
import { PATIENTLY } from './test-waits'

vi.mock('./start', () => {
  throw new Error('the file of an earlier version is gone')
})

test('a page whose files cannot be loaded says so in the place of its skeleton', async () => {
  document.body.innerHTML = '<p id="not-loaded" hidden>not loaded</p><div class="page-skeleton"></div>'
  const reported = vi.fn()
  vi.stubGlobal('reportError', reported)

  await import('./main')

  await vi.waitUntil(() => !document.getElementById('not-loaded')?.hidden, PATIENTLY)
  expect(document.querySelector('.page-skeleton')).toBeNull()
  expect(reported).toHaveBeenCalledOnce()
})
