import type { Middleware } from '@seaworthy/middleware'
import type { MiddlewareHandler } from 'hono'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from 'jose'

/** Guards, and the credentials that a request brings for them. */
export interface Guarded {
  readonly mounted: readonly (Middleware | MiddlewareHandler)[]
  readonly headers: Readonly<Record<string, string>>
}

type Algorithm = 'HS256' | 'RS256' | 'ES256' | 'Ed25519'

const issuer = 'https://issuer.example'
const audience = 'https://orders.example'
const password = 'correct horse battery staple'

/** The guards of every security case and of every peer of one. */
export const guards: Readonly<Record<string, () => Promise<Guarded>>> = {
  'jwt-cached': () => ours('HS256', {}),
  'jwt-uncached-hs256': () => ours('HS256', { cache: false }),
  'jwt-uncached-rs256': () => ours('RS256', { cache: false }),
  'jwt-uncached-es256': () => ours('ES256', { cache: false }),
  'jwt-uncached-ed25519': () => ours('Ed25519', { cache: false }),
  policy: () => ours('HS256', { isPolicy: true }),
  'basic-cached': ourBasicAuth,
  'api-key': ourApiKey,
  'rate-limit': ourRateLimit,
  'peer-jose-hs256': () => bareJose('HS256'),
  'peer-jose-rs256': () => bareJose('RS256'),
  'peer-jose-es256': () => bareJose('ES256'),
  'peer-jose-ed25519': () => bareJose('Ed25519'),
  'peer-hono-jwt': honoJwt,
  'peer-fast-jwt-cached': fastJwt,
  'peer-hono-basic-auth': honoBasicAuth,
  'peer-hono-rate-limiter': honoRateLimiter,
}

interface Signed {
  readonly token: string
  /** What verifies it, imported once, as it is after the first request. */
  readonly key: CryptoKey | Uint8Array<ArrayBuffer>
}

const secret = 'a secret that is as long as the digest that it is for'

/** A token that lives an hour. */
async function signed(alg: Algorithm): Promise<Signed> {
  const bytes = new TextEncoder().encode(secret)
  const pair =
    alg === 'HS256' ? { privateKey: bytes, publicKey: bytes } : await generateKeyPair(alg, { extractable: true })
  const token = await new SignJWT({ scope: 'orders:read orders:write', role: 'user' })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('user-42')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(pair.privateKey)
  return { token, key: pair.publicKey }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` }
}

function basic(): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }
}

async function ours(
  alg: Algorithm,
  { cache, isPolicy }: { readonly cache?: false; readonly isPolicy?: boolean },
): Promise<Guarded> {
  const { allowInsecure, security } = await import('@seaworthy/security')
  const { jwt } = await import('@seaworthy/jwt')
  const { token, key } = await signed(alg)
  const jwks = alg === 'HS256' ? [{ secret, alg }] : [{ ...(await exportJWK(key)), alg }]
  const guard = jwt({ issuer, audience, jwks, [allowInsecure]: true, ...(cache === false && { cache }) })
  return { mounted: [isPolicy ? security({ default: guard }) : guard], headers: bearer(token) }
}

async function ourBasicAuth(): Promise<Guarded> {
  const { allowInsecure } = await import('@seaworthy/security')
  const { basicAuth, hashPassword } = await import('@seaworthy/basic-auth')
  const users = { admin: await hashPassword(password) }
  return { mounted: [basicAuth({ realm: 'bench', users, [allowInsecure]: true })], headers: basic() }
}

async function ourApiKey(): Promise<Guarded> {
  const { allowInsecure } = await import('@seaworthy/security')
  const { apiKey, createApiKeys, memoryStore } = await import('@seaworthy/api-key')
  const store = memoryStore()
  const { key } = await createApiKeys({ store, prefix: 'bench' }).create({ name: 'bench' }, { owner: 'bench' })
  return { mounted: [apiKey({ store, prefix: 'bench', [allowInsecure]: true })], headers: { 'x-api-key': key } }
}

const plenty = 1_000_000_000

async function ourRateLimit(): Promise<Guarded> {
  const { rateLimit } = await import('@seaworthy/rate-limit')
  const policies = [{ name: 'hourly', limit: plenty, window: '1h' }] as const
  return { mounted: [rateLimit({ name: 'bench', by: 'address', policies })], headers: {} }
}

/** What is left of a guard when jose does all of it. */
async function bareJose(alg: Algorithm): Promise<Guarded> {
  const { token, key } = await signed(alg)
  const guard: MiddlewareHandler = async (c, next) => {
    const given = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
    const { payload } = await jwtVerify(given, key, { issuer, audience, algorithms: [alg] })
    c.set('claims', payload)
    await next()
  }
  return { mounted: [guard], headers: bearer(token) }
}

async function honoJwt(): Promise<Guarded> {
  const { jwt } = await import('hono/jwt')
  const verification = { iss: issuer, aud: audience }
  return { mounted: [jwt({ secret, alg: 'HS256', verification })], headers: bearer((await signed('HS256')).token) }
}

async function fastJwt(): Promise<Guarded> {
  const { createVerifier } = await import('fast-jwt')
  const verify = createVerifier({ key: secret, allowedIss: issuer, allowedAud: audience, cache: true })
  const guard: MiddlewareHandler = async (c, next) => {
    c.set('claims', verify(c.req.header('authorization')?.slice('Bearer '.length) ?? ''))
    await next()
  }
  return { mounted: [guard], headers: bearer((await signed('HS256')).token) }
}

async function honoBasicAuth(): Promise<Guarded> {
  const { basicAuth } = await import('hono/basic-auth')
  return { mounted: [basicAuth({ username: 'admin', password })], headers: basic() }
}

/** What node-server hands over with a request. */
interface Env {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string } }
}

async function honoRateLimiter(): Promise<Guarded> {
  const { rateLimiter } = await import('hono-rate-limiter')
  const limiter = rateLimiter({
    windowMs: 3_600_000,
    limit: plenty,
    standardHeaders: 'draft-7',
    keyGenerator: (c) => addressOf(c.env),
  })
  return { mounted: [limiter], headers: {} }
}

function addressOf(env: Env | undefined): string {
  return env?.incoming?.socket.remoteAddress ?? ''
}
