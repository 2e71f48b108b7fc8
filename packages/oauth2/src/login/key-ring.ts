import { createHash, hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, type CompactJWEHeaderParameters } from 'jose'
import { OAuth2Error } from '../oauth2-error.ts'

/** Encrypts and authenticates what leaves this service. */
export interface Sealer {
  /** A JWE in the compact form (RFC 7516), `dir` with A256GCM. */
  seal(value: object): Promise<string>
  /** What was sealed by one of the keys for this purpose; `undefined` for anything else. */
  open(sealed: string): Promise<unknown>
}

/** Makes a sealer for each purpose: what was sealed for one cannot be opened for another. */
export type KeyRing = (purpose: string) => Sealer

const shortest = 32

/**
 * A ring of keys: the first one seals, all of them open.
 *
 * @param context - What else the keys are for: another issuer or client has other keys from the same secrets.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when a secret has fewer than 32 bytes.
 */
export function keyRing(secrets: string | readonly string[], context: readonly string[]): KeyRing {
  const list = typeof secrets === 'string' ? [secrets] : [...(secrets ?? [])]
  const fits = (secret: unknown): boolean => typeof secret === 'string' && Buffer.byteLength(secret) >= shortest
  if (list.length === 0 || !list.every(fits)) {
    throw new OAuth2Error(
      'ERR_OAUTH2_OPTION',
      'session.keys are secrets of at least 32 bytes. Make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"',
    )
  }
  return (purpose) => sealer(list.map((secret) => derive(secret, JSON.stringify([purpose, ...context]))))
}

interface DerivedKey {
  readonly kid: string
  readonly key: Uint8Array
}

/** RFC 5869. The id of a key is a digest of it, so that no one has to name them. */
function derive(secret: string, info: string): DerivedKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `seaworthy oauth2 login ${info}`, 32))
  return { key, kid: createHash('sha256').update(key).digest('base64url').slice(0, 8) }
}

const allowed = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

function sealer(keys: readonly DerivedKey[]): Sealer {
  const [first] = keys
  const byId = new Map(keys.map(({ kid, key }) => [kid, key]))

  async function seal(value: object): Promise<string> {
    if (!first) throw new TypeError('no key')
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.kid })
      .encrypt(first.key)
  }

  async function open(sealed: string): Promise<unknown> {
    try {
      const { plaintext } = await compactDecrypt(sealed, keyOf, allowed)
      return JSON.parse(new TextDecoder().decode(plaintext))
    } catch {
      return undefined
    }
  }

  function keyOf({ kid }: CompactJWEHeaderParameters): Uint8Array {
    const key = kid === undefined ? undefined : byId.get(kid)
    if (!key) throw new TypeError('no such key')
    return key
  }

  return { seal, open }
}
