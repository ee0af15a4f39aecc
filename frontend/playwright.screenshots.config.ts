/** `npm run screenshots` (`make pictures` in the root): every state, light and dark, in four sizes, into screenshots/. */
import { defineConfig } from '@playwright/test'
import base from './playwright.config'

export default defineConfig(base, {
  testDir: './e2e/pictures',
  testMatch: '*.shots.ts',
  // A state is drawn eight times.
  timeout: 180_000,
  reporter: 'list',
  use: { ...base.use, screenshot: 'off' },
})
