/** Says that the opened link signed nobody in, above the page of an earlier session. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { integrationsQuery } from '../api/integrations'
import { Banner } from '../components/banner'
import type { Problem } from '../lib/problem'
import { strings } from '../lib/strings'

const words = strings.session

export function RefusedLink({ problem }: { readonly problem: Problem }) {
  const { data, isLoadingError } = useQuery(integrationsQuery)
  const [without, setWithout] = useState<Problem | null>(null)
  // Without an earlier session the page's own error says what to do; a later session is another one.
  if (isLoadingError && without !== problem) setWithout(problem)
  if (!data || without === problem) return null
  return (
    <Banner tone="warn" title={words.linkRefused}>
      <p>{words.linkRefusedHint(problem.detail)}</p>
    </Banner>
  )
}
