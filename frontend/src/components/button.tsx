/** Buttons and links that look like buttons. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger'

interface Look {
  readonly variant?: Variant
  readonly size?: 'small' | 'large'
  readonly icon?: ReactNode
}

export function Button({
  variant = 'secondary',
  size,
  icon,
  className,
  children,
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" className={buttonClass(variant, size, className)} {...rest}>
      {icon}
      {children}
    </button>
  )
}

export function ButtonLink({
  variant = 'secondary',
  size,
  icon,
  className,
  children,
  ...rest
}: Look & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a className={buttonClass(variant, size, className)} {...rest}>
      {icon}
      {children}
    </a>
  )
}

export function buttonClass(variant: Variant, size?: 'small' | 'large', extra?: string): string {
  return ['button', `button-${variant}`, size && `button-${size}`, extra].filter(Boolean).join(' ')
}
