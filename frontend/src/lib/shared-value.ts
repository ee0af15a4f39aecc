/** A value that several parts of the page share. A component that reads it renders again when it changes. */
import { useSyncExternalStore } from 'react'

export class SharedValue<T> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: T) {}

  readonly get = (): T => this.value

  set(next: T): void {
    this.value = next
    this.listeners.forEach((notify) => {
      notify()
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export function useShared<T>({ subscribe, get }: SharedValue<T>): T {
  return useSyncExternalStore(subscribe, get)
}
