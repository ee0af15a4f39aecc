/** For whom the page is open: in local mode its own address may say so (`?user_id=…&org_id=…`). */

const NAMES = ['user_id', 'org_id'] as const

/** The ids the address names; empty for the service's default user, and where people sign in. */
export function identity(): Readonly<Record<string, string>> {
  const query = new URLSearchParams(window.location.search)
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = query.get(name)
      return value ? [[name, value]] : []
    }),
  )
}
