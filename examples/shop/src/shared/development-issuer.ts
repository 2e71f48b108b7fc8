import { join } from 'node:path'
import type { TestIssuer } from '@seaworthy/jwt/testing'
import { isDevelopment } from '@seaworthy/middleware'
import { keptFile } from './kept-file.ts'
import { StartError } from './start-error.ts'

/**
 * The shop's own issuer of tokens. Its keys are made at the first start, and kept in a folder: who can read them can
 * be anybody, so that it is for development only.
 *
 * @throws {StartError} In production.
 */
export async function developmentIssuer(folder: string): Promise<TestIssuer> {
  if (!isDevelopment()) {
    throw new StartError(
      'In production tokens come from an identity provider: set OIDC_ISSUER, such as https://id.example.com.',
    )
  }
  const { createTestIssuer } = await import('@seaworthy/jwt/testing')
  const kept = keptFile(join(folder, 'signing-keys.json'), () => JSON.stringify(createTestIssuer().keys))
  return createTestIssuer({ issuer: 'https://shop.test', keys: JSON.parse(kept) })
}
