import { Buffer } from 'node:buffer'
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@seaworthy/jwt/metadata'
import { type Duration, parseDuration } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'

/** Settings of the nonces that proofs have to carry (RFC 9449 §9). */
export interface DpopNonceOptions {
  /**
   * At least 32 bytes, the same for all processes of the service, which then know each other's nonces.
   *
   * @default random bytes for each process
   */
  readonly secret?: string | Uint8Array
  /** How often there is a new one. A nonce is good until the next one is over. @default '5m' */
  readonly every?: Duration
}

/** Nonces that nobody has to remember: each is a keyed digest of its time. */
export interface DpopNonces {
  current(): string
  /** Whether a proof has the nonce of now, that of the time before, or another one. */
  judge(nonce: unknown): 'current' | 'previous' | 'unknown'
}

/**
 * Makes nonces.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when the secret is too short, or the time is none.
 */
export function dpopNonces(options: DpopNonceOptions, clock: Clock): DpopNonces {
  const { secret = randomBytes(32) } = options
  const every = parseDuration(options.every ?? '5m')
  if (Buffer.byteLength(secret) < 32) {
    throw new OAuth2Error('ERR_OAUTH2_OPTION', 'dpop.nonce.secret has at least 32 bytes. Leave it out for random ones.')
  }
  if (every < 1000) throw new OAuth2Error('ERR_OAUTH2_OPTION', 'dpop.nonce.every is at least a second.')
  let known = { turn: -1, current: '', previous: '' }

  function nonceOf(turn: number): string {
    return createHmac('sha256', secret).update(`seaworthy dpop nonce ${every} ${turn}`).digest('base64url').slice(0, 22)
  }

  function now(): typeof known {
    const turn = Math.floor(clock.now() / every)
    if (known.turn !== turn) known = { turn, current: nonceOf(turn), previous: nonceOf(turn - 1) }
    return known
  }

  return {
    current: () => now().current,
    judge(nonce) {
      const { current, previous } = now()
      if (nonce === current) return 'current'
      return nonce === previous ? 'previous' : 'unknown'
    },
  }
}
