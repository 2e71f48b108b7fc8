import { isPromise } from '@seaworthy/middleware'
import { compactVerify, calculateJwkThumbprint } from 'jose'
import type { Algorithm } from './algorithm.ts'
import { isJsonObject, type JsonObject } from './parse-json-object.ts'
import { parseParts, readPart } from './parse-token.ts'
import { readHeader, type TokenHeader } from './read-header.ts'
import { readJwk } from './read-jwk.ts'
import { algorithmFor, type VerificationKey } from './verification-key.ts'

/** What a token that brings its own key has to fulfil. */
export interface SelfSignedRules {
  /** What `typ` has to be, in lower case and without `application/`, such as `dpop+jwt`. */
  readonly typ: string
  /** The algorithms that are accepted. Those with a shared secret never are. */
  readonly algorithms: ReadonlySet<Algorithm>
}

/** A token whose sender holds the private key of the public one in its header. Nothing says whose key it is. */
export interface SelfSignedToken {
  readonly payload: Readonly<JsonObject>
  /** Of the key: its SHA-256 thumbprint (RFC 7638). */
  readonly thumbprint: string
}

/** A header, and the key in it. */
interface KeyedHeader extends TokenHeader {
  readonly key: VerificationKey
  readonly jwk: JsonObject
  thumbprint: string | undefined
}

/**
 * Verifies a token with the public key in its own header: the proof that its sender holds the private one, as DPoP has
 * it (RFC 9449 §4.2). Form and key are held to the same rules as those of every token. It judges no claim.
 *
 * @returns Why it is refused, when it is. Whatever it is given, it does not throw.
 */
export async function verifySelfSigned(token: string, rules: SelfSignedRules): Promise<SelfSignedToken | string> {
  const parsed = parseParts(token, keyedHeader)
  if (typeof parsed === 'string') return parsed
  const { header, payload } = parsed
  const { alg, algorithm, key } = header
  if (header.typ !== rules.typ) return 'another type'
  if (!rules.algorithms.has(algorithm)) return 'an algorithm that is not accepted'
  if (algorithmFor(key, new Set([algorithm])) !== algorithm) return 'the algorithm is of other keys'
  try {
    const imported = key.imported(algorithm)
    await compactVerify(token, isPromise(imported) ? await imported : imported, { algorithms: [alg] })
    header.thumbprint ??= await calculateJwkThumbprint(header.jwk)
  } catch {
    return 'the key does not fit the signature'
  }
  return { payload, thumbprint: header.thumbprint }
}

/** The headers that were read last: a client sends the same one with each of its proofs. */
const headers = new Map<string, KeyedHeader>()
const maxHeaders = 1000
const maxHeaderLength = 2048

function keyedHeader(part: string): KeyedHeader | string {
  const known = headers.get(part)
  if (known) return known
  const members = readPart(part)
  if (typeof members === 'string') return `the header is ${members}`
  const header = readKeyedHeader(members)
  if (typeof header === 'string' || part.length > maxHeaderLength) return header
  if (headers.size >= maxHeaders) headers.clear()
  headers.set(part, header)
  return header
}

function readKeyedHeader(members: JsonObject): KeyedHeader | string {
  const header = readHeader(members)
  if (typeof header === 'string') return header
  const { jwk } = members
  if (!isJsonObject(jwk)) return 'no key in the header'
  if (jwk['kty'] === 'oct' || header.kty === 'oct') return 'a shared secret'
  const key = readJwk(jwk)
  if ('unrelated' in key) return `the key: ${key.unrelated}`
  if ('unfit' in key) return `the key: ${key.unfit}`
  return { ...header, key, jwk, thumbprint: undefined }
}
