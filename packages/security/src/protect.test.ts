import { handler } from '@seaworthy/middleware'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import { security, type AuditEvent } from './index.ts'
import { keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const events: AuditEvent[] = []
const policy = security({ default: auth, audit: (event) => void events.push(event) })

/** What Bun adds to the request of a route. */
type RequestWithParams = Request & { readonly params?: { readonly id: string } }

const write = policy.method(auth.scopes('write'))
const routes = {
  '/orders/:id': policy.protect(write, (request: RequestWithParams) =>
    Response.json({ id: request.params?.id ?? null, subject: write.principal(request).subject }),
  ),
  '/partners': policy.protect(key, () => new Response(prize)),
  '/public': policy.protect(policy.none(), () => new Response('open')),
}

/** A router of Fetch for Node, which has none. */
function route(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/partners' || pathname === '/public') return routes[pathname](request)
  const id = /^\/orders\/(\w+)$/.exec(pathname)?.[1]
  if (id === undefined) return new Response(null, { status: 404 })
  return routes['/orders/:id'](Object.assign(request, { params: { id } }))
}

let server: Running
beforeAll(async () => {
  server = await serve(route, { routes })
})
afterAll(() => server[Symbol.asyncDispose]())

async function ask(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const response = await fetch(`${server.url}${path}`, { headers })
  return { status: response.status, body: await response.text() }
}

describe('protect(), on a real server', () => {
  test('asks for its requirement, and keeps the type of the request (security/51)', async () => {
    expect((await ask('/orders/7')).status).toBe(401)
    expect((await ask('/orders/7', { authorization: 'Token ann' })).status).toBe(403)
    const { body } = await ask('/orders/7', { authorization: 'Token ann:write' })
    expect(JSON.parse(body)).toEqual({ id: '7', subject: 'ann' })
  })

  test('replaces the default, as a marker does (security/51)', async () => {
    expect((await ask('/partners', { authorization: 'Token ann' })).status).toBe(401)
    expect((await ask('/partners', { 'x-key': 'acme' })).body).toBe(prize)
    expect((await ask('/public')).body).toBe('open')
  })

  test('is audited (security/51)', async () => {
    await new Promise((resolve) => setImmediate(resolve))
    events.length = 0
    await ask('/public')
    await ask('/partners')
    for (let i = 0; i < 200 && events.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(events.map(({ outcome }) => outcome)).toEqual(['open', 'denied'])
  })
})

describe('a policy round a fetch function', () => {
  const fetch = handler(policy, () => new Response(prize))
  const as = (headers: Record<string, string>): Request => new Request('https://shop.example/any', { headers })

  test('asks every request for the default (security/52)', async () => {
    expect((await fetch(as({}))).status).toBe(401)
    expect(await (await fetch(as({ authorization: 'Token ann' }))).text()).toBe(prize)
  })

  test('also with a protected function inside, which asks for its own as well (security/52)', async () => {
    const nested = handler(
      policy,
      policy.protect(key, () => new Response(prize)),
    )
    expect((await nested(as({ authorization: 'Token ann' }))).status).toBe(401)
    expect((await nested(as({ 'x-key': 'acme' }))).status).toBe(401)
    expect(await (await nested(as({ authorization: 'Token ann', 'x-key': 'acme' }))).text()).toBe(prize)
  })

  test("is not a 404 of the guard's: Fetch has no routes to miss (security/52)", async () => {
    const hiding = security({ default: auth, unmatched: 'not-found' })
    const hidden = handler(hiding, () => new Response(prize))
    expect((await hidden(as({}))).status).toBe(401)
    expect(await (await hidden(as({ authorization: 'Token ann' }))).text()).toBe(prize)
  })

  test('answers at once when nothing is asynchronous (security/52)', () => {
    const plain = handler(security({ default: auth }), () => new Response(prize))
    expect(plain(as({ authorization: 'Token ann' }))).not.toBeInstanceOf(Promise)
  })
})
