import { hash } from 'node:crypto'
import { type Algorithm, verifySelfSigned } from '@seaworthy/jwt'
import type { Clock } from '@seaworthy/jwt/metadata'
import { isPromise, parseDuration, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { denial, type Denial } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import { canonicalUri } from './canonical-uri.ts'
import { dpopNonces, type DpopNonces } from './dpop-nonces.ts'
import type { DpopOptions } from './dpop-options.ts'
import { memoryStore } from './memory-store.ts'
import type { ReplayStore } from './replay-store.ts'

/** Judges proofs that the client holds the key of its token. */
export interface Dpop {
  readonly required: boolean
  /** The algorithms of proofs, with spaces between them. */
  readonly algs: string
  /** Why the proof of a request is refused, if it is. A proof that is good is used up by it. */
  check(x: Exchange, token: string, jkt: string): Promise<Denial | undefined>
}

/** Where this service is, and what time it is there. */
export interface DpopPlace {
  /** What stands before the path in the addresses that clients use. */
  readonly publicUrl: string
  readonly clock: Clock
}

/** What a proof is held to. */
interface ProofRules extends DpopPlace {
  /** Milliseconds. */
  readonly maxAge: number
  /** Milliseconds. */
  readonly tolerance: number
  readonly algorithms: ReadonlySet<Algorithm>
  readonly nonces: DpopNonces | undefined
  readonly store: ReplayStore
}

/** What a proof says (RFC 9449 §4.2). */
interface ProofClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  /** Seconds. */
  readonly iat: number
  readonly ath: string
  readonly nonce: unknown
}

/**
 * The judge of proofs, from options.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when one of them cannot be kept.
 */
export function dpop(options: DpopOptions, place: DpopPlace, defaultStore: () => ReplayStore = memoryStore): Dpop {
  const rules = proofRules(options, place, defaultStore)
  return {
    required: options.required === true,
    algs: [...(options.algorithms ?? defaultAlgorithms)].join(' '),
    check: (x, token, jkt) => checkProof(x, token, jkt, rules),
  }
}

/** The checks of RFC 9449 §4.3, by its numbers. Those of the form, 2 and 4 to 7, are made by {@link verifySelfSigned}. */
async function checkProof(x: Exchange, token: string, jkt: string, rules: ProofRules): Promise<Denial | undefined> {
  const header = x.header('dpop')
  if (header === undefined || header === '') return badProof('no proof')
  // 1: runtimes join repeated headers with a comma, which no proof has.
  if (header.includes(',')) return badProof('several proofs')
  const proof = await verifySelfSigned(header, { typ: 'dpop+jwt', algorithms: rules.algorithms })
  if (typeof proof === 'string') return badProof(`the proof: ${proof}`)
  // 3
  if (!isProof(proof.payload)) return badProof('a claim of the proof is missing')
  const refused = refusedClaims(x, token, proof.payload, rules)
  if (refused !== undefined) return badProof(refused)
  // 12: §7.1 calls this an invalid token.
  if (proof.thumbprint !== jkt) return denial('invalid', 'the proof is of another key')
  return refusedNonce(x, proof.payload, rules) ?? useUp(proof.payload, proof.thumbprint, rules)
}

function isProof(
  payload: Readonly<Record<string, unknown>>,
): payload is Readonly<Record<string, unknown>> & ProofClaims {
  const { jti, htm, htu, iat, ath } = payload
  if (typeof jti !== 'string' || jti === '' || typeof htm !== 'string' || typeof htu !== 'string') return false
  return typeof iat === 'number' && Number.isFinite(iat) && typeof ath === 'string'
}

function refusedClaims(x: Exchange, token: string, claims: ProofClaims, rules: ProofRules): string | undefined {
  // 8
  if (claims.htm !== x.method) return 'the proof is for another method'
  // 9
  if (!isSameUri(claims.htu, rules.publicUrl + x.path)) return 'the proof is for another address'
  // 11
  const now = rules.clock.now()
  const made = claims.iat * 1000
  if (made > now + rules.tolerance) return 'the proof is of the future'
  if (made + rules.maxAge <= now - rules.tolerance) return 'the proof is old'
  // 12
  return claims.ath === hash('sha256', token, 'base64url') ? undefined : 'the proof is for another token'
}

function isSameUri(given: string, own: string): boolean {
  if (given === own) return true
  const uri = canonicalUri(given)
  return uri !== undefined && uri === canonicalUri(own)
}

/** 10: a client learns of a new nonce by every answer, until it uses it (§8.2). */
function refusedNonce(x: Exchange, { nonce }: ProofClaims, { nonces }: ProofRules): Denial | undefined {
  const judged = nonces?.judge(nonce) ?? 'current'
  if (judged === 'current') return undefined
  if (nonces) x.setHeader('dpop-nonce', nonces.current())
  if (judged === 'previous') return undefined
  // The code is that of a client that has done nothing wrong yet: this is a step of the protocol, and no guess.
  return denial('missing', 'no nonce of this service', { parameters: { error: 'use_dpop_nonce' } })
}

/** RFC 9449 §11.1: each proof is good once, for its key and address. */
function useUp(claims: ProofClaims, thumbprint: string, rules: ProofRules): MaybePromise<Denial | undefined> {
  const address = canonicalUri(claims.htu) ?? claims.htu
  const id = hash('sha256', JSON.stringify([thumbprint, address, claims.jti]), 'base64url')
  const isNew = rules.store.putIfAbsent(id, rules.maxAge + 2 * rules.tolerance)
  return isPromise(isNew) ? isNew.then(judge) : judge(isNew)

  function judge(answer: boolean): Denial | undefined {
    return answer === true ? undefined : badProof('the proof was used before')
  }
}

function badProof(reason: string): Denial {
  return denial('invalid', reason, { parameters: { error: 'invalid_dpop_proof' } })
}

const defaultAlgorithms: readonly Algorithm[] = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]

const longest = 300_000

function proofRules(options: DpopOptions, place: DpopPlace, defaultStore: () => ReplayStore): ProofRules {
  const { algorithms = defaultAlgorithms, nonce = false } = options
  const maxAge = parseDuration(options.maxAge ?? '1m')
  const tolerance = parseDuration(options.clockTolerance ?? '5s')
  if (maxAge < 1000 || maxAge > longest) throw notKept('maxAge', 'from 1s to 5m')
  if (tolerance > longest) throw notKept('clockTolerance', 'at most 5m')
  if (algorithms.length === 0 || !algorithms.every((name) => defaultAlgorithms.includes(name))) {
    throw notKept('algorithms', `a list of ${defaultAlgorithms.join(', ')}`)
  }
  return {
    ...place,
    maxAge,
    tolerance,
    // EdDSA and Ed25519 are two names of one algorithm (RFC 9864 §2.2).
    algorithms: new Set(algorithms.map((name) => (name === 'EdDSA' ? 'Ed25519' : name))),
    nonces: nonce === false ? undefined : dpopNonces(nonce === true ? {} : nonce, place.clock),
    store: options.replay ?? defaultStore(),
  }
}

function notKept(option: string, bound: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `dpop.${option} has to be ${bound}.`)
}
