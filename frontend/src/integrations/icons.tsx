/** A mark for each integration: drawn here, after what people know. */

/** A hub with its spokes. */
export function HubSpotIcon() {
  return (
    <svg viewBox="0 0 32 32" className="vendor-icon" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#ff5c35" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="18.5" cy="18.5" r="4.2" />
        <path d="M18.5 14.3V9.6M15.2 15.8 9.6 10.4M15.6 21.7 12.8 24.4" />
      </g>
      <g fill="#fff">
        <circle cx="18.5" cy="8" r="2.1" />
        <circle cx="8.8" cy="9.6" r="2.1" />
        <circle cx="11.9" cy="25.2" r="1.7" />
      </g>
    </svg>
  )
}

/** An open box. */
export function AirtableIcon() {
  return (
    <svg viewBox="0 0 32 32" className="vendor-icon" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#2d7ff9" />
      <g fill="#fff">
        <path d="M16 7.2 25.4 11 16 14.9 6.6 11z" />
        <path d="M17.2 16.8 25.6 13.4v8.2l-8.4 3.5z" opacity=".8" />
        <path d="M14.8 16.8v8.3l-8.4-3.5v-8.2z" opacity=".6" />
      </g>
    </svg>
  )
}

/** A page with a letter. */
export function NotionIcon() {
  return (
    <svg viewBox="0 0 32 32" className="vendor-icon" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#2f2f2f" />
      <path d="M8.5 8.5h12l3 3v12h-15z" fill="#fff" />
      <path d="M12.4 20v-8l6.8 8v-8" fill="none" stroke="#2f2f2f" strokeWidth="2.2" strokeLinejoin="round" />
    </svg>
  )
}

/** An integration the page has no words of its own for. */
export function UnknownIcon() {
  return (
    <svg viewBox="0 0 32 32" className="vendor-icon" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#6b7080" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <path d="M11 16h10M16 11v10" />
      </g>
    </svg>
  )
}
