/**
 * Contains the failure of one part of the page: the rest keeps working.
 *
 * Code that could not be loaded is not requested again by a browser until the page is reloaded. Source: HTML, "fetch a
 * single module script". After an update of the service its file may be gone, too; reloading brings the new version.
 */
import { CircleAlert, RotateCw } from 'lucide-react'
import { Component, lazy, type ComponentType, type ReactNode } from 'react'
import { BASE_URL } from '../lib/base-url'
import { strings } from '../lib/strings'
import { Button } from './button'
import { EmptyState } from './empty-state'

const ANSWER_WITHIN_MS = 5_000

interface PanelBoundaryProps {
  readonly children: ReactNode
  /** Shows only a button, for a small part such as a menu. */
  readonly compact?: boolean
}

interface PanelBoundaryState {
  readonly failed: 'code' | 'drawing' | null
  readonly text: string
}

export class PanelBoundary extends Component<PanelBoundaryProps, PanelBoundaryState> {
  override state: PanelBoundaryState = { failed: null, text: '' }

  static getDerivedStateFromError(error: unknown): PanelBoundaryState {
    return error instanceof CodeMissingError
      ? { failed: 'code', text: strings.crash.codeText }
      : { failed: 'drawing', text: strings.crash.partText }
  }

  override render() {
    const { failed, text } = this.state
    if (failed === null) return this.props.children
    const retry = () => {
      this.setState({ failed: null })
    }
    const reload = () => {
      void reloadOnceReachable().catch(() => {
        this.setState({ text: strings.problem.unreachable })
      })
    }
    if (this.props.compact)
      return (
        <Button
          size="small"
          icon={<CircleAlert />}
          title={`${strings.crash.partTitle}. ${text}`}
          onClick={failed === 'code' ? reload : retry}
        >
          {failed === 'code' ? strings.crash.reload : strings.action.retry}
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
            {failed === 'drawing' && (
              <Button icon={<RotateCw />} onClick={retry}>
                {strings.action.retry}
              </Button>
            )}
            <Button variant={failed === 'code' ? 'secondary' : 'quiet'} onClick={reload}>
              {strings.crash.reload}
            </Button>
          </>
        }
      >
        <p>{text}</p>
      </EmptyState>
    )
  }
}

/** The browser's own error page would replace what is shown. Rejects while the service cannot be reached. */
async function reloadOnceReachable(): Promise<void> {
  const answer = await fetch(BASE_URL, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  if (!answer.ok) throw new Error('the service does not return its page')
  window.location.reload()
}

class CodeMissingError extends Error {}

/** Like React's `lazy`; its boundary tells code that could not be loaded from a part that could not be drawn. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => {
    try {
      return { default: await load() }
    } catch (error) {
      throw new CodeMissingError('the code of a part could not be loaded', { cause: error })
    }
  }) as ComponentType<Props>
}
