/** Keeps this tab in step with the others: what they connect appears here, what they disconnect is forgotten here. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { forgetConnection, integrationsQuery } from '../../api/integrations'
import { sessionQuery } from '../../api/session'
import { listenForConnections } from '../../lib/connections-channel'
import { forgetLoad } from '../load/use-load'
import { undoDisconnect } from './pending-disconnects'

export function useOtherTabs(): void {
  const cache = useQueryClient()
  useEffect(
    () =>
      listenForConnections((news) => {
        if (typeof news !== 'object' || news === null) return
        if ('disconnected' in news && typeof news.disconnected === 'string') {
          forgetConnection(cache, news.disconnected)
          forgetLoad(news.disconnected)
          undoDisconnect(news.disconnected)
        }
        void cache.invalidateQueries(sessionQuery)
        void cache.invalidateQueries(integrationsQuery)
      }),
    [cache],
  )
}
