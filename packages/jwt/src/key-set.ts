import { isJsonObject } from './parse-json-object.ts'
import { readJwk } from './read-jwk.ts'
import type { KeyType } from './algorithm.ts'
import type { VerificationKey } from './verification-key.ts'

/** The keys of one document. */
export interface KeySet {
  readonly keys: ReadonlySet<VerificationKey>
  /** What was left out, and why. */
  readonly unrelated: readonly string[]
  /** What was left out although it looks as if it should be used, and why. */
  readonly unfit: readonly string[]
}

/** More keys than any issuer publishes. */
const maxKeys = 100

/**
 * Reads a JWK Set (RFC 7517 §5), leaving out what must not be used.
 *
 * @param former - The set before it. Keys that are in both stay the same objects.
 * @returns Why the document is refused, when it is no set of keys.
 */
export function readKeySet(document: unknown, former?: KeySet): KeySet | string {
  if (!isJsonObject(document) || !Array.isArray(document['keys'])) return 'it is no JWK Set'
  const entries: unknown[] = document['keys']
  if (entries.length > maxKeys) return `it has more than ${maxKeys} keys`
  const known = new Map([...(former?.keys ?? [])].map((key) => [key.fingerprint, key]))
  const keys = new Map<string, VerificationKey>()
  const unrelated: string[] = []
  const unfit: string[] = []
  for (const [index, entry] of entries.entries()) {
    const read = isJsonObject(entry) ? readJwk(entry) : { unfit: 'it is no object' }
    const name = isJsonObject(entry) && typeof entry['kid'] === 'string' ? ` (${cut(entry['kid'])})` : ''
    if ('unrelated' in read) unrelated.push(`key ${index}${name}: ${read.unrelated}`)
    else if ('unfit' in read) unfit.push(`key ${index}${name}: ${read.unfit}`)
    else keys.set(read.fingerprint, known.get(read.fingerprint) ?? read)
  }
  return consistent([...keys.values()], unrelated, unfit)
}

/** Without what must not stand beside each other: secrets beside public keys, and two keys of one id and type. */
function consistent(keys: readonly VerificationKey[], unrelated: readonly string[], unfit: string[]): KeySet {
  const hasPublic = keys.some(({ kty }) => kty !== 'oct')
  const kept = keys.filter((key) => {
    if (hasPublic && key.kty === 'oct') unfit.push(`${named(key)}: it is a secret among public keys`)
    else if (
      keys.some((other) => other !== key && other.kid === key.kid && key.kid !== undefined && other.kty === key.kty)
    )
      unfit.push(`${named(key)}: another key has the same kid and kty`)
    else return true
    return false
  })
  return { keys: new Set(kept), unrelated, unfit }
}

/** What to look for in a set. */
export interface KeyQuery {
  readonly kid: string | undefined
  readonly kty: KeyType
}

/** The keys of a type and id; without an id, all of the type. */
export function findKeys({ keys }: KeySet, { kid, kty }: KeyQuery): VerificationKey[] {
  return [...keys].filter((key) => key.kty === kty && (kid === undefined || key.kid === kid))
}

function named(key: VerificationKey): string {
  return key.kid === undefined ? 'a key' : `key ${cut(key.kid)}`
}

function cut(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
