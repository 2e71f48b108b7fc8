import type { Principal } from './principal.ts'
import { schemesOf, type Requirement } from './requirement.ts'
import type { Scheme } from './scheme.ts'
import { SecurityError } from './security-error.ts'

/**
 * Collects the schemes of requirements by name.
 *
 * @throws {SecurityError} `ERR_SECURITY_SCHEME` when two of them have one name.
 */
export function checkSchemes(
  requirements: readonly Requirement[],
  known: Map<string, Scheme<Principal>> = new Map(),
): Map<string, Scheme<Principal>> {
  for (const scheme of requirements.flatMap(schemesOf)) {
    const other = known.get(scheme.scheme)
    if (other && other !== scheme) throw sameName(scheme.scheme)
    known.set(scheme.scheme, scheme)
  }
  return known
}

function sameName(name: string): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_SCHEME',
    `Two schemes are called ${JSON.stringify(name)}. Give one of them another name: { name: 'serviceToken' }.`,
  )
}
