/**
 * Contains the failure of one part of the page: the rest keeps working.
 *
 * A part whose code could not be loaded is tried again with a fresh request; after an update of the service its file
 * may be gone, and reloading the page brings the new version.
 */
import { CircleAlert, RotateCw } from 'lucide-react'
import { Component, createContext, lazy, useContext, type ComponentType, type ReactNode } from 'react'
import { strings } from '../lib/strings'
import { Button } from './button'
import { EmptyState } from './empty-state'

const Attempt = createContext(0)
const FORGET_FAILURE_MS = 1_000

interface PanelBoundaryProps {
  readonly children: ReactNode
  /** Shows only a button to try again, for a small part such as a menu. */
  readonly compact?: boolean
}

export class PanelBoundary extends Component<
  PanelBoundaryProps,
  { readonly failed: boolean; readonly attempt: number }
> {
  override state = { failed: false, attempt: 0 }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    const { failed, attempt } = this.state
    if (!failed) return <Attempt value={attempt}>{this.props.children}</Attempt>
    const retry = () => {
      this.setState({ failed: false, attempt: attempt + 1 })
    }
    if (this.props.compact)
      return (
        <Button size="small" icon={<CircleAlert />} title={strings.crash.partTitle} onClick={retry}>
          {strings.action.retry}
        </Button>
      )
    return (
      <EmptyState
        tone="bad"
        role="alert"
        icon={<CircleAlert />}
        title={strings.crash.partTitle}
        actions={
          <>
            <Button icon={<RotateCw />} onClick={retry}>
              {strings.action.retry}
            </Button>
            <Button
              variant="quiet"
              onClick={() => {
                window.location.reload()
              }}
            >
              {strings.crash.reload}
            </Button>
          </>
        }
      >
        <p>{strings.crash.partText}</p>
      </EmptyState>
    )
  }
}

/** Like React's `lazy`, but a failed import is requested again after "Try again". */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const attempts = new Map<number, ComponentType<Props>>()
  return function LazyPart(props: Props) {
    const attempt = useContext(Attempt)
    let Part = attempts.get(attempt)
    if (!Part) {
      Part = lazy(async () => {
        try {
          return { default: await load() }
        } catch (error) {
          // React renders once more before it gives up: only later mounts request the code again.
          window.setTimeout(() => attempts.delete(attempt), FORGET_FAILURE_MS)
          throw error
        }
      }) as ComponentType<Props>
      attempts.set(attempt, Part)
    }
    return <Part {...props} />
  }
}
