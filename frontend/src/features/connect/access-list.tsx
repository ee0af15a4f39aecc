/** What the account has granted and what it has not, in words; the missing part can be asked for. */
import { Check, KeyRound, Minus } from 'lucide-react'
import type { Connection } from '../../api/types'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'

const words = strings.connection

interface AccessListProps {
  readonly connection: Connection
  readonly descriptor: IntegrationDescriptor
  readonly onGrant: (scopes: readonly string[]) => void
}

export function AccessList({ connection, descriptor, onGrant }: AccessListProps) {
  const granted = wordsFor(connection.granted_scopes, descriptor)
  const missing = wordsFor(connection.missing_scopes, descriptor)
  return (
    <div className="access">
      <h3>{words.access}</h3>
      <ul>
        {granted.map((line) => (
          <li key={line}>
            <Check className="good" aria-hidden="true" />
            {line}
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <>
          <h3>{words.missing}</h3>
          <ul className="muted">
            {missing.map((line) => (
              <li key={line}>
                <Minus aria-hidden="true" />
                {line}
              </li>
            ))}
          </ul>
          <Button
            size="small"
            icon={<KeyRound />}
            onClick={() => {
              onGrant(connection.missing_scopes)
            }}
          >
            {words.grant}
          </Button>
        </>
      )}
    </div>
  )
}

function wordsFor(scopes: readonly string[], descriptor: IntegrationDescriptor): string[] {
  return [...new Set(scopes.map((scope) => descriptor.scopeWords[scope] ?? scope))]
}
