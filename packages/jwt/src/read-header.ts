import { traitsOf, type Algorithm, type KeyType } from './algorithm.ts'
import { isKeyId } from './key-id.ts'
import type { JsonObject } from './parse-json-object.ts'

/** What a header says that is listened to. Keys and addresses of keys in it are not (RFC 8725 §3.10). */
export interface TokenHeader {
  /** As it is written. */
  readonly alg: string
  /** By its one name. */
  readonly algorithm: Algorithm
  readonly kty: KeyType
  readonly kid: string | undefined
  /** In lower case, without `application/`. */
  readonly typ: string | undefined
}

/** Reads the header of a token, or says why it is refused. */
export function readHeader(header: JsonObject): TokenHeader | string {
  const { alg, kid, typ } = header
  // RFC 7515 §4.1.11: what is critical and not understood is refused, and no extension is understood here.
  if (Object.hasOwn(header, 'crit')) return 'a critical header'
  // RFC 7797 §7: a JWT has its payload encoded.
  if (Object.hasOwn(header, 'b64')) return 'a header for unencoded payloads'
  if (Object.hasOwn(header, 'enc')) return 'an encrypted token'
  const traits = traitsOf(alg)
  if (traits === undefined || typeof alg !== 'string') return 'an algorithm that is not accepted'
  if (kid !== undefined && !isKeyId(kid)) return 'a key id that cannot be one'
  if (typ !== undefined && typeof typ !== 'string') return 'a type that is no text'
  const { name: algorithm, kty } = traits
  return { alg, algorithm, kty, kid, typ: typ === undefined ? undefined : mediaType(typ) }
}

/** RFC 7515 §4.1.9: `application/` may be left out, and media types are compared without case. */
export function mediaType(typ: string): string {
  const lower = typ.toLowerCase()
  const short = lower.startsWith('application/') ? lower.slice('application/'.length) : lower
  return short.includes('/') ? lower : short
}
