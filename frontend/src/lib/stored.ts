/** JSON in this browser's local storage, shared by its tabs. Where storage is forbidden, full or broken nothing is stored. */
import { useSyncExternalStore } from 'react'

// Named for us: below a path the storage is that of the whole host.
const PREFIX = 'integrations-'
const FORMER = /^(saved-views|columns|dismissed-notices):1/
const CHANGED = 'storedchange'

/** The stored text as it is; re-renders when this or another tab changes it. */
export function useStored(name: string): string | null {
  return useSyncExternalStore(subscribe, () => readText(name))
}

/** Undefined for what is missing or no JSON. The caller checks the shape: an earlier version may have stored another. */
export function parseStored(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

export function readStored(name: string): unknown {
  return parseStored(readText(name))
}

/** Returns false when the browser did not store it. */
export function writeStored(name: string, value: unknown): boolean {
  try {
    window.localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    return false
  }
  window.dispatchEvent(new Event(CHANGED))
  return true
}

/** Gives what earlier versions stored its present name. */
export function renameStored(): void {
  try {
    for (const key of Object.keys(window.localStorage).filter((name) => FORMER.test(name))) {
      window.localStorage.setItem(PREFIX + key, window.localStorage.getItem(key) ?? '')
      window.localStorage.removeItem(key)
    }
  } catch {
    // Storage is forbidden or full.
  }
}

/** Deletes everything of the page that this browser has, theme and language included. */
export function forgetStored(): void {
  removeKeys('localStorage', PREFIX)
}

/** Deletes the keys that begin with the prefix. */
export function removeKeys(storage: 'localStorage' | 'sessionStorage', prefix: string): void {
  try {
    for (const key of Object.keys(window[storage])) if (key.startsWith(prefix)) window[storage].removeItem(key)
  } catch {
    // Nothing was stored.
  }
}

function readText(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('storage', onChange)
  window.addEventListener(CHANGED, onChange)
  return () => {
    window.removeEventListener('storage', onChange)
    window.removeEventListener(CHANGED, onChange)
  }
}
