import { allowInsecure, authenticator, type Authenticator, type Principal } from '@seaworthy/security'
import type { BasicAuthOptions } from './basic-auth-options.ts'
import { basicChallenge } from './basic-challenge.ts'
import { createCheck } from './create-check.ts'
import { newStatistics, type BasicAuthStatistics } from './credential-check.ts'
import { parseCredentials } from './parse-credentials.ts'
import { findPresented } from './presented.ts'

/** The guard that `basicAuth()` makes. */
export interface BasicAuthenticator<N extends string, User, S extends string> extends Authenticator<
  Principal<N, User>,
  S
> {
  readonly scheme: N
  /** How cache and hashing do. */
  readonly statistics: BasicAuthStatistics
}

/**
 * HTTP Basic authentication (RFC 7617).
 *
 * @returns A guard that answers 401 with a challenge until name and password verify, and 503 while they cannot be
 * verified.
 * @throws {BasicAuthError} for options that cannot be used; the README lists the codes.
 * @throws {SecurityError} when the name or a scope has a character that it must not have.
 */
export function basicAuth<const N extends string = 'basic', User = null, S extends string = never>(
  options: BasicAuthOptions<N, User, S>,
): BasicAuthenticator<N, User, S> {
  // The default of N is the default of the option.
  const { name = 'basic' as N, realm, description, scopes, normalize = 'NFC' } = options
  const challenge = basicChallenge(realm)
  const statistics = newStatistics()
  const { recall, authenticate } = createCheck(options, name, statistics)
  const scheme = authenticator({
    name,
    [allowInsecure]: options[allowInsecure] === true,
    ...(description !== undefined && { description }),
    ...(scopes && { scopes }),
    extract: findPresented,
    ...(recall && { recall }),
    authenticate,
    guess: ({ text }) => text,
    challenge: () => challenge,
    openapi: () => ({ type: 'http', scheme: 'basic' }),
    // The name alone: whoever has the key of the audit must not be able to try passwords.
    credentialId: ({ text }) => parseCredentials(text, normalize)?.user,
  })
  return Object.assign(scheme, { statistics })
}
