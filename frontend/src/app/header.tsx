/** The page's head: its name, the integrations, the signed-in user, and the choices of language and theme. */
import type { ReactNode } from 'react'
import { strings } from '../lib/strings'
import { LanguageMenu } from './language-menu'
import { SignedInUser } from './signed-in-user'
import { ThemeToggle } from './theme-toggle'

interface HeaderProps {
  readonly children: ReactNode
  /** Finds and jumps. */
  readonly palette: ReactNode
}

export function Header({ children, palette }: HeaderProps) {
  return (
    <header className="header">
      <a className="skip" href="#records">
        {strings.app.skip}
      </a>
      <span className="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="8" />
          <g fill="none" strokeWidth="2.4" strokeLinecap="round">
            <circle cx="12.5" cy="16" r="3.6" />
            <path d="M16 14.4l4.6-3M16 17.6l4.6 3" />
            <circle cx="22.6" cy="10.4" r="1.6" />
            <circle cx="22.6" cy="21.6" r="1.6" />
          </g>
        </svg>
        <span className="brand-name">{strings.app.name}</span>
      </span>
      {children}
      <div className="header-end">
        {palette}
        <SignedInUser />
        <LanguageMenu />
        <ThemeToggle />
      </div>
    </header>
  )
}
