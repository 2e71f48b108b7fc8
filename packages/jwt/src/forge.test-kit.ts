import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { handler, type Middleware } from '@seaworthy/middleware'
import type { JwtClaims } from './index.ts'

/** What a guard made of a request. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly challenge: string | null
  readonly retryAfter: string | null
}

/** What only a good token gets. */
export const prize = 'the protected body'

/** Asks a guard over HTTPS, with a token or with headers. */
export async function ask(
  guard: Middleware,
  token?: string,
  init: RequestInit & { readonly url?: string } = {},
): Promise<Answer> {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const request = new Request(init.url ?? 'https://api.test/', { ...init, headers })
  const response = await handler(guard, () => new Response(prize))(request)
  return {
    status: response.status,
    body: await response.text(),
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
  }
}

/** One part of a token. */
export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** What a part of a token says. */
export function decode(token: string, part: 0 | 1): Record<string, unknown> {
  const read: unknown = JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString())
  return { ...(typeof read === 'object' ? read : {}) }
}

/** A token whose text, header and payload are whatever they are, signed with HMAC. */
export function hmacToken(header: unknown, payload: unknown, secret: string | Uint8Array, bits = 256): string {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${createHmac(`sha${bits}`, secret).update(text).digest('base64url')}`
}

/** Claims that are good for five minutes. */
export function claims(more: Record<string, unknown> = {}): JwtClaims {
  const now = Math.floor(Date.now() / 1000)
  return { iss: 'https://issuer.test', sub: 'ann', aud: 'https://api.test', iat: now, exp: now + 300, ...more }
}

/** A secret that is long enough for every algorithm. */
export const secret: Uint8Array = Buffer.alloc(64, 'a secret of the tests, no less than sixty-four bytes long')
