/** A hub with its spokes, in the colour people know. */

export function HubSpotIcon() {
  return (
    <svg viewBox="0 0 32 32" className="hubspot-icon" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <g fill="none" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="18.5" cy="18.5" r="4.2" />
        <path d="M18.5 14.3V9.6M15.2 15.8 9.6 10.4M15.6 21.7 12.8 24.4" />
      </g>
      <g stroke="none">
        <circle cx="18.5" cy="8" r="2.1" />
        <circle cx="8.8" cy="9.6" r="2.1" />
        <circle cx="11.9" cy="25.2" r="1.7" />
      </g>
    </svg>
  )
}
