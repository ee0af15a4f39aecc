/** Buttons and links that look like buttons. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger'

interface Look {
  readonly variant?: Variant
  readonly size?: 'small' | 'large'
  readonly icon?: ReactNode
}

interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it began is not done yet: it does nothing, but keeps the focus, which a disabled button loses. */
  readonly busy?: boolean
}

export function Button({
  variant = 'secondary',
  size,
  icon,
  className,
  busy = false,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass(variant, size, className)}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      {...rest}
    >
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
