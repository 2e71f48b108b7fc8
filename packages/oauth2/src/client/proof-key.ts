import type { Clock } from '@seaworthy/jwt/metadata'
import * as oauth from 'oauth4webapi'
import { OAuth2Error } from '../oauth2-error.ts'
import type { DpopOptions, ProofKeyPair } from './client-options.ts'

/** What signs the proofs of a client, and remembers the nonces of each origin (RFC 9449 §4 and §8). */
export type ProofKey = () => Promise<oauth.DPoPHandle>

/**
 * The key of a client, made at its first use.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when a given pair cannot sign proofs.
 */
export function proofKey(option: boolean | DpopOptions | undefined, clock: Clock): ProofKey | undefined {
  if (option === undefined || option === false) return undefined
  const { algorithm = 'ES256', keys } = option === true ? {} : option
  if (keys && !isUsable(keys)) {
    throw new OAuth2Error(
      'ERR_OAUTH2_OPTION',
      "dpop.keys is a key pair whose private key may sign and whose public key is extractable: crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']) makes one.",
    )
  }
  let handle: Promise<oauth.DPoPHandle> | undefined

  async function make(): Promise<oauth.DPoPHandle> {
    const pair = keys ?? (await oauth.generateKeyPair(algorithm))
    return oauth.DPoP({}, pair, {
      [oauth.modifyAssertion](_header, payload) {
        Object.assign(payload, { iat: Math.floor(clock.now() / 1000) })
      },
    })
  }
  return () => (handle ??= make())
}

function isUsable({ privateKey, publicKey }: ProofKeyPair): boolean {
  return privateKey.type === 'private' && privateKey.usages.includes('sign') && publicKey.extractable
}
