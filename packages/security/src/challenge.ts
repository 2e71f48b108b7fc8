import type { Denial } from './denial.ts'
import { SecurityError } from './security-error.ts'

/** RFC 9110 §5.6.2 */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/
/** RFC 9110 §5.6.4: what may stand between the quotes, here without bytes above 0x7e. */
const quotable = /^[\t\x20-\x7e]*$/
/** RFC 6750 §3: `error` and `scope` have neither quotes nor backslashes. */
const bearerValue = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/

/**
 * A challenge for `WWW-Authenticate` (RFC 9110 §11.3): `challenge('Basic', { realm: 'shop' })`.
 * Values are quoted, with `"` and `\` escaped; an `undefined` parameter is left out.
 *
 * @throws {SecurityError} `ERR_SECURITY_CHALLENGE` when a name or value cannot stand in a header.
 */
export function challenge(scheme: string, parameters: Readonly<Record<string, string | undefined>> = {}): string {
  if (!token.test(scheme)) throw unusable(`the scheme ${JSON.stringify(scheme)}`)
  let written = ''
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    if (!token.test(name) || !quotable.test(value)) throw unusable(`the parameter ${JSON.stringify(name)}`)
    written += `${written === '' ? ' ' : ', '}${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`
  }
  return scheme + written
}

/** The `error` of RFC 6750 §3.1 and RFC 9470 §3 for each code that has one. */
const bearerErrors: Partial<Readonly<Record<Denial['code'], string>>> = {
  malformed: 'invalid_request',
  invalid: 'invalid_token',
  insufficient_scope: 'insufficient_scope',
  insufficient_auth: 'insufficient_user_authentication',
}

/**
 * The challenge of a scheme that takes bearer tokens (RFC 6750 §3). It names the scopes that are asked for, and the
 * error, unless there were no credentials.
 *
 * @param parameters - Go first, such as `realm`. Those of the denial go last.
 * @throws {SecurityError} `ERR_SECURITY_CHALLENGE` when a name or value cannot stand in a header.
 */
export function bearerChallenge(
  refusal: Denial,
  scopes: readonly string[],
  parameters: Readonly<Record<string, string | undefined>> = {},
  scheme = 'Bearer',
): string {
  const scope = scopes.length > 0 ? scopes.join(' ') : undefined
  if (scope !== undefined && !bearerValue.test(scope)) throw unusable('the parameter "scope"')
  return challenge(scheme, { ...parameters, error: bearerErrors[refusal.code], scope, ...refusal.parameters })
}

function unusable(what: string): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_CHALLENGE',
    `In a challenge, ${what} has a character that it must not have. Names are tokens, values printable ASCII.`,
  )
}
