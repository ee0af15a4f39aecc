/** What a list or a load leaves out, as the service reports it. */
import { strings } from './strings'

interface Notice {
  readonly code: string
  readonly detail: string
  readonly object_type: string | null
}

/** In the page's language; the service's own sentence where there is no translation. */
export function noticeText({ code, detail, object_type: type }: Notice): string {
  const worded = strings.notices[code]
  return worded ? worded(type === null ? null : (strings.objectTypes[type] ?? type)) : detail
}

/** The sentences, each once: several notices may read the same. */
export function noticeTexts(notices: readonly Notice[]): readonly string[] {
  return [...new Set(notices.map(noticeText))]
}
