/** `npm run screenshots`: each view in the light and the dark theme and on a phone, into screenshots/. */
import { defineConfig } from '@playwright/test'
import base from './playwright.config'

export default defineConfig(base, {
  testDir: './e2e/pictures',
  testMatch: '*.shots.ts',
  timeout: 60_000,
  reporter: 'list',
  use: { ...base.use, screenshot: 'off' },
})
