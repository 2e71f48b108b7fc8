import { JwtError } from './jwt-error.ts'

/** The signature algorithms that are accepted (RFC 7518 §3.1, RFC 8037, RFC 9864). `EdDSA` means `Ed25519`. */
export type Algorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'Ed25519'
  | 'EdDSA'

/** The types of keys, by RFC 7517 §4.1. */
export type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP'

/** What an algorithm needs of its key. */
interface AlgorithmTraits {
  /** The one name of algorithms with several. */
  readonly name: Algorithm
  readonly kty: KeyType
  /** The curve of the key. */
  readonly crv?: string
  /** The length of the hash: an HMAC key has at least as many bits (RFC 7518 §3.2). */
  readonly bits: number
}

const traits = new Map<string, AlgorithmTraits>([
  ['HS256', { name: 'HS256', kty: 'oct', bits: 256 }],
  ['HS384', { name: 'HS384', kty: 'oct', bits: 384 }],
  ['HS512', { name: 'HS512', kty: 'oct', bits: 512 }],
  ['RS256', { name: 'RS256', kty: 'RSA', bits: 256 }],
  ['RS384', { name: 'RS384', kty: 'RSA', bits: 384 }],
  ['RS512', { name: 'RS512', kty: 'RSA', bits: 512 }],
  ['PS256', { name: 'PS256', kty: 'RSA', bits: 256 }],
  ['PS384', { name: 'PS384', kty: 'RSA', bits: 384 }],
  ['PS512', { name: 'PS512', kty: 'RSA', bits: 512 }],
  ['ES256', { name: 'ES256', kty: 'EC', crv: 'P-256', bits: 256 }],
  ['ES384', { name: 'ES384', kty: 'EC', crv: 'P-384', bits: 384 }],
  ['ES512', { name: 'ES512', kty: 'EC', crv: 'P-521', bits: 512 }],
  ['Ed25519', { name: 'Ed25519', kty: 'OKP', crv: 'Ed25519', bits: 512 }],
  ['EdDSA', { name: 'Ed25519', kty: 'OKP', crv: 'Ed25519', bits: 512 }],
])

/** What an algorithm needs of its key; `undefined` for names that are not accepted, `none` among them. */
export function traitsOf(name: unknown): AlgorithmTraits | undefined {
  return typeof name === 'string' ? traits.get(name) : undefined
}

/** The only algorithm of the keys on a curve. */
export function algorithmOfCurve(crv: unknown): Algorithm | undefined {
  for (const each of traits.values()) if (each.crv !== undefined && each.crv === crv) return each.name
  return undefined
}

/**
 * The algorithms of an option, each by its one name; `undefined` leaves the choice to the keys.
 *
 * @throws {JwtError} `ERR_JWT_ALGORITHM` when the list is empty or has a name that is not accepted.
 */
export function readAlgorithms(given: readonly Algorithm[] | undefined): ReadonlySet<Algorithm> | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length === 0) throw notAccepted('an empty list')
  return new Set(given.map((name) => traitsOf(name)?.name ?? fail(name)))
}

function fail(name: unknown): never {
  throw notAccepted(JSON.stringify(name))
}

function notAccepted(what: string): JwtError {
  const known = [...traits.keys()].join(', ')
  return new JwtError(
    'ERR_JWT_ALGORITHM',
    `algorithms cannot be ${what}. Write those that the issuer signs with, among ${known}; tokens without a signature are never accepted.`,
  )
}
