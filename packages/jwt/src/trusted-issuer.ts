import type { JSONWebKeySet } from 'jose'
import { readAlgorithms, traitsOf, type Algorithm } from './algorithm.ts'
import { discover } from './discover.ts'
import { JwtError } from './jwt-error.ts'
import { keySource, type Jwks, type KeySource } from './jwks.ts'
import { localJwks, type LocalKey } from './local-jwks.ts'
import { remoteJwks, type RefreshOptions } from './remote-jwks.ts'
import { algorithmFor } from './verification-key.ts'

/** Keys as an option takes them: an address, keys, or what `remoteJwks()`, `localJwks()` and `discover()` made. */
export type JwksOption = Jwks | string | URL | JSONWebKeySet | readonly LocalKey[]

/** What is particular to one issuer. */
export interface IssuerOptions {
  /** What `iss` has to be, to the letter. */
  readonly issuer: string
  /** @default the guard's `audience` */
  readonly audience?: string | readonly string[]
  /** @default the guard's `algorithms` */
  readonly algorithms?: readonly Algorithm[]
  /** @default `discover(issuer)` */
  readonly jwks?: JwksOption
}

/** An issuer with its own keys: none of them serves the tokens of another. */
export interface TrustedIssuer {
  readonly issuer: string
  readonly audiences: ReadonlySet<string>
  readonly algorithms: ReadonlySet<Algorithm> | undefined
  readonly jwks: Jwks
  readonly source: KeySource
}

/**
 * An issuer from its options.
 *
 * @throws {JwtError} `ERR_JWT_ISSUER`, `ERR_JWT_OPTION`, `ERR_JWT_ALGORITHM`, `ERR_JWT_KEY` or `ERR_JWT_URL` when
 * something in them cannot be trusted.
 */
export function trustedIssuer(options: IssuerOptions, refresh: RefreshOptions = {}): TrustedIssuer {
  const { issuer } = options
  if (typeof issuer !== 'string' || issuer === '') {
    throw new JwtError('ERR_JWT_ISSUER', 'An issuer is text, as it stands in the iss of its tokens.')
  }
  const audiences = readAudiences(options.audience)
  const algorithms = readAlgorithms(options.algorithms)
  const jwks = readJwks(issuer, options.jwks, refresh)
  const source = jwks[keySource]
  checkAlgorithms(source, algorithms)
  return { issuer, audiences, algorithms, jwks, source }
}

function readAudiences(given: string | readonly string[] | undefined): ReadonlySet<string> {
  const audiences = new Set<unknown>(Array.isArray(given) ? given : [given])
  if (audiences.size > 0 && areTexts(audiences)) return audiences
  throw new JwtError(
    'ERR_JWT_OPTION',
    "audience is needed: write the name that this service has in the aud of its tokens, such as 'https://orders.example.com'.",
  )
}

function areTexts(values: ReadonlySet<unknown>): values is ReadonlySet<string> {
  return [...values].every((each) => typeof each === 'string' && each !== '')
}

function readJwks(issuer: string, given: JwksOption | undefined, refresh: RefreshOptions): Jwks {
  if (given === undefined) return discover(issuer, refresh)
  if (typeof given === 'string' || given instanceof URL) return remoteJwks({ ...refresh, url: given })
  return isJwks(given) ? given : localJwks(given)
}

function isJwks(given: object): given is Jwks {
  return keySource in given
}

/** Keys that are known now have to have an algorithm now. */
function checkAlgorithms({ fixed }: KeySource, algorithms: ReadonlySet<Algorithm> | undefined): void {
  const names = [...(algorithms ?? [])]
  if (!fixed) {
    if (names.some((name) => traitsOf(name)?.kty === 'oct'))
      throw unfitting('HMAC needs a secret: write localJwks() for it')
    return
  }
  for (const key of fixed.keys) {
    if (algorithmFor(key, algorithms) === undefined) {
      const which = key.kid === undefined ? `the ${key.kty} key` : `the ${key.kty} key ${JSON.stringify(key.kid)}`
      throw unfitting(`${which} has no alg among them, or there are several that it could have: give it its alg`)
    }
  }
}

function unfitting(why: string): JwtError {
  return new JwtError(
    'ERR_JWT_ALGORITHM',
    `algorithms and keys do not fit: ${why}, or write algorithms such as ['RS256'].`,
  )
}
