/** Where the service is: the page is served at its root, which may be a path of a shared host. */

/** Ends with a slash. The page changes the query of its address only, so this stays true. */
export const BASE_URL = new URL('.', document.baseURI).href

/** The address of a path of the service, such as `integrations/hubspot/sync`. */
export function serviceUrl(path: string): string {
  return new URL(path, BASE_URL).href
}
