/** The signed-in user and organization, and the way out. Shows nothing where nobody signs in (local mode). */
import { useMutation, useQuery } from '@tanstack/react-query'
import { CircleAlert, LogOut } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { endConnection } from '../api/disconnect'
import { endSession, sessionQuery } from '../api/session'
import { IconButton } from '../components/icon-button'
import { pendingDisconnects } from '../features/connect/pending-disconnects'
import { announceSignOut, listenForConnections } from '../lib/connections-channel'
import { forgetStored } from '../lib/stored'
import { strings } from '../lib/strings'
import { forgetUser } from './forget-user'

export function SignedInUser() {
  const { data } = useQuery(sessionQuery)
  const signOut = useMutation({
    mutationFn: async () => {
      // Nobody could end them later.
      await Promise.allSettled(
        pendingDisconnects().map(({ provider, connection }) => endConnection(provider, connection.connection_id)),
      )
      await endSession()
    },
    onSuccess: () => {
      forgetStored()
      announceSignOut()
      return startOver()
    },
  })
  useEffect(
    () =>
      listenForConnections((news) => {
        if (typeof news === 'object' && news !== null && 'signed_out' in news) void startOver()
      }),
    [],
  )
  useReloadForAnotherUser(data && JSON.stringify([data.org_id, data.user_id]))
  if (data?.via !== 'session') return null
  return (
    <div className="user">
      <span className="user-name" title={strings.session.signedInAs(data)}>
        <span className="visually-hidden">{strings.session.signedIn}</span>
        <span>{data.user_id}</span>
        <span className="muted">{data.org_id}</span>
      </span>
      {signOut.isError && (
        <span className="visually-hidden" role="alert">
          {strings.session.signOutFailed}
        </span>
      )}
      <IconButton
        label={signOut.isError ? strings.session.signOutFailed : strings.session.signOut}
        icon={signOut.isError ? <CircleAlert className="bad" /> : <LogOut />}
        disabled={signOut.isPending}
        onClick={() => {
          signOut.mutate()
        }}
      />
    </div>
  )
}

/** Everything on the page belongs to the user it was loaded for; another tab may sign in somebody else. */
function useReloadForAnotherUser(user: string | undefined): void {
  const first = useRef(user)
  useEffect(() => {
    first.current ??= user
    if (user === undefined || user === first.current) return
    void startOver()
  }, [user])
}

async function startOver(): Promise<void> {
  await forgetUser()
  window.location.reload()
}
