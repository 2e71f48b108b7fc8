import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import type { JWK } from 'oidc-provider'
import { keptFile } from '../shared/kept-file.ts'

/** What signs the tokens of development. It is made at the first start: tokens outlive a restart. */
export function signingKeys(folder: string): JWK[] {
  return JSON.parse(keptFile(join(folder, 'signing-keys.json'), () => JSON.stringify([newKey()])))
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), kty: 'EC', use: 'sig', alg: 'ES256', kid: crypto.randomUUID() }
}
