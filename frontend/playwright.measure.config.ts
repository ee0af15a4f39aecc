/** `npm run measure`: how large, how soon, how smooth, how much memory. Prints figures; fails past the limits we keep. */
import { defineConfig } from '@playwright/test'
import base from './playwright.config'

export default defineConfig(base, {
  testDir: './e2e/measure',
  testMatch: '*.measure.ts',
  // Two at once would disturb each other.
  workers: 1,
  timeout: 180_000,
  reporter: 'list',
  use: { ...base.use, screenshot: 'off' },
})
