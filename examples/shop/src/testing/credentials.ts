import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestIssuer } from '@seaworthy/jwt/testing'
import { passwordFile } from '../shared/development-secrets.ts'
import { keptFile } from '../shared/kept-file.ts'
import { startProvider } from './provider.ts'

/** The folder of the services that this process starts. */
export const developmentFolder = mkdtempSync(join(tmpdir(), 'seaworthy-development-'))
process.on('exit', () => rmSync(developmentFolder, { recursive: true, force: true }))

const clientSecret = 'the secret of orders'
const provider = await startProvider({ id: 'orders', secret: clientSecret })

/** The issuer of the services that this process starts: it signs whatever a test asks for. */
export const issuer: TestIssuer = provider.issuer

/** What makes it the provider of a service. */
export const providerSettings = { OIDC_ISSUER: issuer.issuer, ORDERS_OIDC_CLIENT_SECRET: clientSecret } as const

/** The password of their admin, and of the people at the provider of development. */
export const password: string = keptFile(passwordFile(developmentFolder), () => `correct horse ${crypto.randomUUID()}`)

/** The headers of a person who may cancel orders. */
export function person(claims: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return bearer(issuer.token({ sub: 'ann', aud: 'orders', scope: 'orders:write', ...claims }))
}

/** The headers of the orders service. */
export function service(claims: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return bearer(issuer.token({ sub: 'orders', client_id: 'orders', aud: 'inventory', scope: 'stock', ...claims }))
}

/** The headers of the admin. */
export function admin(user = 'admin', secret = password): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
