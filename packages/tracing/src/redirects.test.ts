import { context, propagation, SpanStatusCode } from '@opentelemetry/api'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import { tracedFetch } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'
import type { Echo } from './upstream.test-kit.ts'

let sdk: Sdk
let here: Running
let there: Running
const call = tracedFetch(undefined, { baggageHosts: [] })

const application = new Hono()
application.all('/echo', async (c) =>
  c.json({ method: c.req.method, headers: Object.fromEntries(c.req.raw.headers), body: await c.req.text() }),
)
/** `/to/307?url=…` */
application.all('/to/:status', async (c) => {
  await c.req.text()
  const status = Number(c.req.param('status'))
  return new Response('moved', { status, headers: { location: c.req.query('url') ?? '' } })
})
application.get('/loop', () => new Response(null, { status: 302, headers: { location: '/loop' } }))
application.get('/never', () => new Promise<Response>(() => undefined))
application.get('/nowhere', () => new Response('moved', { status: 302 }))

beforeAll(async () => {
  sdk = startSdk()
  here = await serve(application.fetch)
  there = await serve(application.fetch)
})
beforeEach(() => sdk.clear())
afterAll(async () => {
  await here[Symbol.asyncDispose]()
  await there[Symbol.asyncDispose]()
  sdk.stop()
})

const redirect = (status: number, url: string, from = here): string =>
  `${from.url}/to/${status}?url=${encodeURIComponent(url)}`

/** What fetch makes of a call: the answer with what it was asked, or the error. */
async function outcome(fetch: typeof globalThis.fetch, input: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(input, init)
    const { url, status, redirected } = response
    const text = await response.text()
    if (!text.startsWith('{')) return { url, status, redirected, text }
    const { method, body, headers } = JSON.parse(text) as Echo
    const { authorization, cookie, 'content-type': type, 'x-own': own } = headers
    return { url, status, redirected, method, body, authorization, cookie, type, own }
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

const kinds: readonly RequestInit[] = [
  {},
  { method: 'HEAD' },
  { method: 'POST', body: 'text' },
  { method: 'POST', body: new URLSearchParams({ a: '1' }) },
  { method: 'PUT', body: new TextEncoder().encode('bytes') },
  { method: 'DELETE' },
  { redirect: 'manual' },
  { redirect: 'error' },
]

describe('a redirect ends where fetch ends', () => {
  for (const status of [301, 302, 303, 307, 308, 300, 304]) {
    test(`with ${status} (tracing/69)`, async () => {
      for (const kind of kinds) {
        for (const target of ['/echo', `${there.url}/echo#there`, '/echo?a=%20']) {
          const init = (): RequestInit => ({
            ...kind,
            headers: { authorization: 'Bearer a', cookie: 'b=c', 'content-type': 'text/x-own', 'x-own': '1' },
          })
          const url = `${redirect(status, target)}#here`
          expect(await outcome(call, url, init())).toEqual(await outcome(fetch, url, init()))
        }
      }
    })
  }

  test('when the target cannot be followed (tracing/69)', async () => {
    for (const target of ['ftp://127.0.0.1/', 'http://[', 'data:text/plain,x']) {
      expect(await outcome(call, redirect(302, target), {})).toEqual(await outcome(fetch, redirect(302, target), {}))
    }
    expect(await outcome(call, `${here.url}/nowhere`, {})).toEqual(await outcome(fetch, `${here.url}/nowhere`, {}))
  })

  test('when it is a Request, with a body and without (tracing/69)', async () => {
    for (const [status, init] of [
      [302, {}],
      [303, { method: 'POST', body: 'text' }],
      [307, { method: 'POST', body: 'text' }],
    ] as const) {
      const url = redirect(status, '/echo')
      const given = (): Request => new Request(url, { ...init, headers: { 'x-own': '1' } })
      const [traced, plain] = [await call(given()), await fetch(given())]
      expect([traced.url, traced.redirected]).toEqual([plain.url, plain.redirected])
      const [a, b] = [(await traced.json()) as Echo, (await plain.json()) as Echo]
      expect([a.method, a.body, a.headers['x-own']]).toEqual([b.method, b.body, b.headers['x-own']])
    }
  })

  test('a stream cannot be sent twice, by fetch or here (tracing/69)', async () => {
    const init = { method: 'POST', duplex: 'half' as const }
    const body = (): ReadableStream => new Response('text').body ?? new ReadableStream()
    await expect(call(redirect(307, '/echo'), { ...init, body: body() })).rejects.toThrow(TypeError)
    expect(sdk.only().attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 307 })
    const answer = await call(redirect(303, '/echo'), { ...init, body: body() })
    expect(await answer.json()).toMatchObject({ method: 'GET', body: '' })
  })
})

describe('spans of redirects', () => {
  test('each hop has one, with the count of resends (tracing/70)', async () => {
    await (await call(redirect(302, redirect(307, '/echo')))).text()
    expect(
      sdk.ended.map(({ attributes }) => [
        attributes['http.response.status_code'],
        attributes['http.request.resend_count'],
      ]),
    ).toEqual([
      [302, undefined],
      [307, 1],
      [200, 2],
    ])
    expect(sdk.ended.every(({ status }) => status.code === SpanStatusCode.UNSET)).toBe(true)
  })

  test('the body of a redirect is given back unread (tracing/70)', async () => {
    let cancelled = 0
    const inner: typeof fetch = async (input) => {
      if (String(input).endsWith('/end')) return new Response(null, { status: 204 })
      const body = new ReadableStream({ cancel: () => void cancelled++ })
      return new Response(body, { status: 302, headers: { location: '/end' } })
    }
    expect((await tracedFetch(inner)(here.url)).status).toBe(204)
    expect(cancelled).toBe(1)
  })

  test('a signal reaches every hop (tracing/70)', async () => {
    for (const asRequest of [true, false]) {
      const controller = new AbortController()
      const url = redirect(302, '/never')
      const init = { signal: controller.signal }
      setTimeout(() => controller.abort(), 50)
      const aborted = asRequest ? call(new Request(url, init)) : call(url, init)
      await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    }
  })

  test('each hop hands on its own span (tracing/70)', async () => {
    const response = await call(redirect(302, `${there.url}/echo`))
    const { headers } = (await response.json()) as Echo
    expect(headers['traceparent']).toContain(sdk.ended[1]?.spanContext().spanId)
  })

  test('a loop ends as with fetch, and its last span says so (tracing/70)', async () => {
    await expect(call(`${here.url}/loop`)).rejects.toThrow(TypeError)
    await expect(fetch(`${here.url}/loop`)).rejects.toThrow(TypeError)
    expect(sdk.ended).toHaveLength(21)
    expect(sdk.ended.at(-1)?.status.code).toBe(SpanStatusCode.ERROR)
    expect(sdk.ended.at(-1)?.attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 302 })
    expect(sdk.ended.at(-2)?.status.code).toBe(SpanStatusCode.UNSET)
  })

  test('a Request with a body is one span, however often it is redirected (tracing/70)', async () => {
    await (await call(new Request(redirect(307, '/echo'), { method: 'POST', body: 'text' }))).text()
    expect(sdk.only().attributes).toMatchObject({
      'http.response.status_code': 200,
      'url.full': redirect(307, '/echo'),
    })
  })

  test('the redirects that the caller follows are his (tracing/70)', async () => {
    const response = await call(redirect(302, '/echo'), { redirect: 'manual' })
    expect(response.status).toBe(302)
    await response.text()
    expect(sdk.only().attributes['http.response.status_code']).toBe(302)
    expect(sdk.only().status.code).toBe(SpanStatusCode.UNSET)
  })
})

describe('what stays behind', () => {
  async function headersAt(url: string, hosts: readonly string[], input?: RequestInit): Promise<Echo['headers']> {
    const traced = tracedFetch(undefined, { baggageHosts: hosts })
    const baggage = propagation.createBaggage({ tenant: { value: 'canary' } })
    const within = propagation.setBaggage(context.active(), baggage)
    const response = await context.with(within, () => traced(input ? new Request(url, input) : url))
    return ((await response.json()) as Echo).headers
  }

  test('baggage, where the redirect leads to a host that is not listed (tracing/71)', async () => {
    const listed = here.url.slice('http://'.length)
    const other = there.url.slice('http://'.length)
    const url = redirect(302, `${there.url}/echo`)
    expect(await headersAt(url, [listed])).not.toHaveProperty('baggage')
    expect(await headersAt(url, [listed, other])).toHaveProperty('baggage', 'tenant=canary')
  })

  test('baggage, when fetch follows the redirects out of sight (tracing/71)', async () => {
    const listed = here.url.slice('http://'.length)
    const post = { method: 'POST', body: 'text' }
    expect(await headersAt(redirect(307, `${there.url}/echo`), [listed], post)).not.toHaveProperty('baggage')
    expect(await headersAt(`${here.url}/echo`, [listed], { ...post, redirect: 'manual' })).toHaveProperty('baggage')
  })

  test('credentials, at another origin (tracing/71)', async () => {
    const headers = {
      authorization: 'Bearer canary',
      cookie: 'sid=canary',
      'proxy-authorization': 'canary',
      'x-own': '1',
    }
    const response = await call(redirect(307, `${there.url}/echo`), { headers })
    const { headers: received } = (await response.json()) as Echo
    expect(JSON.stringify(received)).not.toContain('canary')
    expect(received['x-own']).toBe('1')
  })
})
