import { compactVerify } from 'jose'
import type { TokenHeader } from './read-header.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import { algorithmFor, type VerificationKey } from './verification-key.ts'

/** A token without a key id is tried with at most so many keys. */
const maxAttempts = 4

/** The key that a token was signed with, or why there is none. */
export async function verifySignature(
  token: string,
  header: TokenHeader,
  keys: readonly VerificationKey[],
  { algorithms }: Pick<TrustedIssuer, 'algorithms'>,
): Promise<VerificationKey | string> {
  const candidates = keys.filter((key) => algorithmFor(key, algorithms) === header.algorithm)
  if (candidates.length === 0) return 'no such key'
  for (const key of candidates.slice(0, maxAttempts)) {
    try {
      await compactVerify(token, await key.imported(header.algorithm), { algorithms: [header.alg] })
      return key
    } catch {
      // Which of the reasons it was is nothing that a caller may learn.
    }
  }
  return 'no key fits the signature'
}
