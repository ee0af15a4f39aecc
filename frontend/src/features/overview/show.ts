/** Leads from a mark of a chart to the records of a type behind it. */
import type { DateSpan, FacetValue } from '../../lib/url-state'

export type Show = (type: string, narrowed: { readonly is?: FacetValue[]; readonly date?: DateSpan }) => void
