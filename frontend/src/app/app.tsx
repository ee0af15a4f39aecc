/** The whole page: what it needs around it, its header, and the chosen integration. */
import { Tooltip } from '@base-ui/react/tooltip'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { integrationsQuery } from '../api/integrations'
import { createQueryClient } from '../api/query-client'
import { ErrorFace } from '../components/face'
import { INTEGRATION_PAGES } from '../integrations/registry'
import { problemOf } from '../lib/problem'
import { ErrorBoundary } from './error-boundary'
import { Header } from './header'
import { PageSkeleton } from './page-skeleton'

const TOOLTIP_DELAY_MS = 400

export function App() {
  const [client] = useState(createQueryClient)
  return (
    <ErrorBoundary>
      <QueryClientProvider client={client}>
        <CSPProvider disableStyleElements>
          <Tooltip.Provider delay={TOOLTIP_DELAY_MS}>
            <Header />
            <main className="main">
              <Integrations />
            </main>
          </Tooltip.Provider>
        </CSPProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  )
}

function Integrations() {
  const query = useQuery(integrationsQuery)
  if (query.isPending) return <PageSkeleton />
  if (!query.data) {
    return (
      <div className="card lone">
        <ErrorFace problem={problemOf(query.error)} busy={query.isFetching} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return query.data.map((integration) => {
    const Page = INTEGRATION_PAGES[integration.id]
    return Page && <Page key={integration.id} integration={integration} />
  })
}
