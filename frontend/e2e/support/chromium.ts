/**
 * The browser that is installed: CHROME_PATH, else the first Chromium or Chrome found.
 *
 * Without a user interface, Chromium takes three quarters of the processor time.
 */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const MISSING = [
  'The browser tests need a Chromium or Chrome, and none was found.',
  'Install one (Debian and Ubuntu: apt-get install chromium), or name one: CHROME_PATH=/path/to/chrome npm run e2e',
].join('\n')

/** The first two load a page for the menu of the address bar into each window: half a second of CPU time a test. */
const DISABLED_FEATURES = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
  // The switch replaces Playwright's own one: these are the features of its list that a test can notice.
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'PaintHolding'],
  ...['HttpsFirstBalancedModeAutoEnable', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch', 'MediaRouter'],
]

/** Root needs the first; the others keep a headless run quiet and off the network. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
]

/** Throws with the way to get a browser. */
export function chromiumPath(): string {
  const named = process.env['CHROME_PATH']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = named ? [named] : [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC]
  const found = candidates.find(isExecutable)
  if (!found) throw new Error(MISSING)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
