/** Test files share their modules and the page: code still loading when a test ended, or what it left, would fail others. */
import { configure } from '@testing-library/dom'
import { afterEach, vi } from 'vitest'
import { PATIENCE_MS } from './test-waits'

configure({ asyncUtilTimeout: PATIENCE_MS })

afterEach(() => vi.dynamicImportSettled())
afterEach(() => {
  if (typeof window === 'undefined') return
  document.body.replaceChildren()
  window.localStorage.clear()
  window.sessionStorage.clear()
})
