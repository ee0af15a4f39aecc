/** The last net: a fault of the page itself still ends in words and a way on. */
import { CircleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { Button } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { strings } from '../lib/strings'

interface ErrorBoundaryProps {
  readonly children: ReactNode
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main className="main">
        <div className="card lone">
          <EmptyState
            tone="bad"
            role="alert"
            icon={<CircleAlert />}
            title={strings.crash.title}
            actions={
              <Button
                onClick={() => {
                  window.location.reload()
                }}
              >
                {strings.crash.reload}
              </Button>
            }
          >
            <p>{strings.crash.text}</p>
          </EmptyState>
        </div>
      </main>
    )
  }
}
