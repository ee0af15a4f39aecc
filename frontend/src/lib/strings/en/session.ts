/** Words about who is signed in. */

interface Identity {
  readonly user_id: string
  readonly org_id: string
}

const named = ({ user_id, org_id }: Identity) => `user ${user_id} of organization ${org_id}`

export const session = {
  signedIn: 'Signed in as',
  signedInAs: (who: Identity) => `Signed in as ${named(who)}`,
  signOut: 'Sign out',
  signOutFailed: 'You are still signed in: signing out failed. Try again.',
  linkRefused: 'The link you opened could not sign you in',
  linkRefusedHint: (detail: string) => `${detail} You are signed in as before.`,
  conflictTitle: 'Sign in as another user?',
  conflictCurrent: (who: Identity) => `This browser is signed in as ${named(who)}.`,
  requested: (who: Identity) => `The link you opened signs in ${named(who)}.`,
  conflictHint: 'Continue only if you want to change the user. Accounts you connect afterwards belong to the new user.',
  keep: (user: string) => `Stay signed in as ${user}`,
  replace: (user: string) => `Sign in as ${user}`,
  continueTitle: ({ user_id, org_id }: Identity) => `Continue as ${user_id} of ${org_id}?`,
  continueHint: 'Continue only if this is you. Accounts you connect afterwards belong to this user.',
  continue: 'Continue',
  cancel: 'Cancel',
  connectedFor: (who: Identity) => `It belongs to ${named(who)}.`,
}
