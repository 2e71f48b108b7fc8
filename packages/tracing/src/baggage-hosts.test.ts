import { context, propagation } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Running } from '../../../test/support/serve.ts'
import { tracedFetch } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'
import { startUpstream, type Echo } from './upstream.test-kit.ts'

let sdk: Sdk
let server: Running
beforeAll(async () => {
  sdk = startSdk()
  server = await startUpstream()
})
beforeEach(() => sdk.clear())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  sdk.stop()
})

const withBaggage = <T>(run: () => T): T =>
  context.with(propagation.setBaggage(context.active(), propagation.createBaggage({ tenant: { value: 'acme' } })), run)

test('goes to no host unless it is listed, the trace does (tracing/64)', async () => {
  const { headers } = (await (await withBaggage(() => tracedFetch()(`${server.url}/echo`))).json()) as Echo
  expect(headers).not.toHaveProperty('baggage')
  expect(headers).toHaveProperty('traceparent')
})

test('goes to the hosts that are listed (tracing/64)', async () => {
  const { port } = server
  const sent = async (hosts: string[], url: string): Promise<boolean> => {
    let baggage: string | null = null
    const inner: typeof fetch = async (_input, init) => {
      baggage = new Headers(init?.headers).get('baggage')
      return new Response(null, { status: 204 })
    }
    await withBaggage(() => tracedFetch(inner, { baggageHosts: hosts })(url))
    return baggage === 'tenant=acme'
  }
  expect(await sent(['127.0.0.1'], server.url)).toBe(true)
  expect(await sent([`127.0.0.1:${port}`], server.url)).toBe(true)
  expect(await sent(['127.0.0.1:1'], server.url)).toBe(false)
  expect(await sent(['*.internal'], 'http://a.b.internal:8080/')).toBe(true)
  expect(await sent(['*.internal:8080'], 'http://a.internal:8080/')).toBe(true)
  expect(await sent(['*.internal:8080'], 'http://a.internal/')).toBe(false)
  expect(await sent(['*.internal'], 'http://internal/')).toBe(false)
  expect(await sent(['*.internal'], 'http://evilinternal/')).toBe(false)
  expect(await sent(['internal'], 'http://internal.evil.example/')).toBe(false)
  expect(await sent(['internal'], 'http://internal@evil.example/')).toBe(false)
  expect(await sent(['Orders.Internal'], 'http://ORDERS.internal/')).toBe(true)
  expect(await sent(['[::1]:8080'], 'http://[::1]:8080/')).toBe(true)
})

test('what is not a host is refused at once (tracing/65)', () => {
  for (const host of ['', 'http://a', 'a/b', 'a b', '*', '*.*', 'a:b', 'user@a']) {
    expect(() => tracedFetch(fetch, { baggageHosts: [host] })).toThrow(
      expect.objectContaining({
        code: 'ERR_TRACING_BAGGAGE_HOST',
        message: expect.stringContaining(JSON.stringify(host)),
      }),
    )
  }
})

test('nothing goes out where propagation is off (tracing/66)', async () => {
  for (const propagate of [false, (url: URL) => url.hostname !== '127.0.0.1']) {
    const traced = tracedFetch(undefined, { propagate, baggageHosts: ['127.0.0.1'] })
    const { headers } = (await (await withBaggage(() => traced(`${server.url}/echo`))).json()) as Echo
    expect(headers).not.toHaveProperty('traceparent')
    expect(headers).not.toHaveProperty('baggage')
  }
  expect(sdk.ended).toHaveLength(2)
})
