/** The whole page: what it needs around it, its header, and the chosen integration. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { integrationsQuery } from '../api/integrations'
import { createQueryClient } from '../api/query-client'
import type { Integration } from '../api/types'
import { ErrorState } from '../components/error-state'
import { PanelBoundary } from '../components/panel-boundary'
import { Tooltips } from '../components/tooltips'
import { useOtherTabs } from '../features/connect/use-other-tabs'
import { chosenConnection, IntegrationPage } from '../features/integration-page'
import { PaletteButton } from '../features/palette/palette-button'
import { descriptorOf } from '../integrations/registry'
import { problemOf, type Problem } from '../lib/problem'
import { useUrlState } from '../lib/url-state'
import { ErrorBoundary } from './error-boundary'
import { Header } from './header'
import { IntegrationNav } from './integration-nav'
import { PageSkeleton } from './page-skeleton'
import { RefusedLink } from './refused-link'

interface AppProps {
  /** Why the link that opened the page signed nobody in; null if it did, or was none. */
  readonly refusedLink: Problem | null
}

export function App(props: AppProps) {
  const [client] = useState(createQueryClient)
  return (
    <ErrorBoundary>
      <QueryClientProvider client={client}>
        <CSPProvider disableStyleElements>
          <Page {...props} />
          <PanelBoundary compact>
            <Tooltips />
          </PanelBoundary>
        </CSPProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  )
}

function Page({ refusedLink }: AppProps) {
  const [url] = useUrlState()
  const query = useQuery(integrationsQuery)
  useOtherTabs()
  const integrations = query.data ?? []
  const current = chosenIntegration(integrations, url.app)
  return (
    <>
      <Header
        palette={
          current && (
            <PaletteButton
              integrations={integrations}
              integration={current}
              descriptor={descriptorOf(current)}
              connection={chosenConnection(current.connections, url.portal)}
            />
          )
        }
      >
        {current && <IntegrationNav integrations={integrations} current={current} />}
      </Header>
      <main className="main">
        {refusedLink && <RefusedLink problem={refusedLink} />}
        {query.isPending && <PageSkeleton />}
        {query.isLoadingError && (
          <div className="card lone">
            <ErrorState problem={problemOf(query.error)} busy={query.isFetching} onRetry={() => void query.refetch()} />
          </div>
        )}
        {current && (
          <IntegrationPage
            key={current.id}
            integration={current}
            descriptor={descriptorOf(current)}
            integrations={integrations}
          />
        )}
      </main>
    </>
  )
}

/** The one the address names, else the first that is connected, else the first. */
function chosenIntegration(integrations: readonly Integration[], id: string | null): Integration | undefined {
  return (
    integrations.find((integration) => integration.id === id) ??
    integrations.find((integration) => integration.connections.length > 0) ??
    integrations[0]
  )
}
