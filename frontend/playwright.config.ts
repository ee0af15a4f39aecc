/** The browser tests: the built page in a real Chromium, against the service, its Redis and the simulator. */
import { defineConfig } from '@playwright/test'
import { CHROMIUM_FLAGS, chromiumPath } from './e2e/support/chromium'

export default defineConfig({
  testDir: './e2e',
  testMatch: '*.spec.ts',
  // Each worker starts a service and a simulator of its own.
  workers: 2,
  // By test, not by file: otherwise one worker ends alone with the last long file.
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'UTC',
    // Without a graphics card, drawing animations takes CPU time. The tests that look at them turn them on.
    contextOptions: { reducedMotion: 'reduce' },
    // TRACE=1 keeps a recording of what failed; it takes a third of the time.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
})
