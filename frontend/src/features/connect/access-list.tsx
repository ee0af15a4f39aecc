/** What the account has granted and what it has not, in words; each missing part can be asked for by itself. */
import { Check, Minus } from 'lucide-react'
import type { Connection, Integration } from '../../api/types'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'

const words = strings.connection

interface AccessListProps {
  readonly integration: Integration
  readonly connection: Connection
  readonly descriptor: IntegrationDescriptor
  readonly onGrant: (scopes: readonly string[]) => void
}

export function AccessList({ integration, connection, descriptor, onGrant }: AccessListProps) {
  const granted = scopesByWords(inOrder(connection.granted_scopes, integration), descriptor)
  const missing = scopesByWords(connection.missing_scopes, descriptor)
  if (granted.size + missing.size === 0) return null
  return (
    <div className="access">
      <h3>{words.access}</h3>
      <ul>
        {[...granted.keys()].map((line) => (
          <li key={line}>
            <Check className="good" aria-hidden="true" />
            {line}
          </li>
        ))}
      </ul>
      {missing.size > 0 && (
        <>
          <h3>{words.missing}</h3>
          <ul className="access-missing">
            {[...missing].map(([line, scopes]) => (
              <li key={line}>
                <Minus aria-hidden="true" />
                <span>{line}</span>
                <Button
                  variant="quiet"
                  size="small"
                  aria-label={words.grantOne(line)}
                  onClick={() => {
                    onGrant(scopes)
                  }}
                >
                  {words.grantShort}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** As the integration asks for them; what it did not ask for comes last. */
function inOrder(scopes: readonly string[], integration: Integration): readonly string[] {
  const asked = [...integration.required_scopes, ...integration.optional_scopes]
  return [...asked.filter((scope) => scopes.includes(scope)), ...scopes.filter((scope) => !asked.includes(scope))]
}

/** Several scopes may mean the same to a person. */
function scopesByWords(
  scopes: readonly string[],
  descriptor: Pick<IntegrationDescriptor, 'scopeWords'>,
): ReadonlyMap<string, readonly string[]> {
  const byWords = new Map<string, readonly string[]>()
  for (const scope of scopes) {
    const line = descriptor.scopeWords[scope] ?? scope
    byWords.set(line, [...(byWords.get(line) ?? []), scope])
  }
  return byWords
}
