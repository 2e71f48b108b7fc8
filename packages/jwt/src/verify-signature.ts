import { isPromise } from '@seaworthy/middleware'
import { compactVerify } from 'jose'
import type { Selected } from './select-keys.ts'
import { algorithmFor, type VerificationKey } from './verification-key.ts'

/** A token without a key id is tried with at most so many keys. */
const maxAttempts = 4

/** The key that a token was signed with, or why there is none. */
export async function verifySignature(
  token: string,
  {
    header,
    keys,
    issuer,
  }: Pick<Selected, 'header' | 'keys'> & { readonly issuer: Pick<Selected['issuer'], 'algorithms'> },
): Promise<VerificationKey | string> {
  const { alg, algorithm } = header
  const candidates = keys.filter((key) => algorithmFor(key, issuer.algorithms) === algorithm)
  if (candidates.length === 0) return 'no such key'
  for (const key of candidates.slice(0, maxAttempts)) {
    try {
      const imported = key.imported(algorithm)
      await compactVerify(token, isPromise(imported) ? await imported : imported, { algorithms: [alg] })
      return key
    } catch {
      // Which of the reasons it was is nothing that a caller may learn.
    }
  }
  return 'no key fits the signature'
}
