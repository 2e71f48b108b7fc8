import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { serve, type Running } from '../../../test/support/serve.ts'
import { measuredFetch, MetricsError } from './index.ts'
import type { HistogramValue } from './metric-data.ts'
import { listenToWarnings, startSdk, type Point, type Sdk } from './start-sdk.test-kit.ts'

const duration = 'http.client.request.duration'

let sdk: Sdk
let server: Running
beforeEach(async () => {
  sdk = startSdk()
  server = await serve(answer)
})
afterEach(async () => {
  sdk.stop()
  formerPorts.add(server.port)
  await server[Symbol.asyncDispose]()
})

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/hello') return new Response('hello', { headers: { 'x-kind': 'greeting' } })
  if (pathname === '/moved') return Response.redirect(new URL('/hello', request.url), 302)
  if (pathname === '/empty') return new Response(null, { status: 204 })
  if (pathname === '/slow') return new Response(slowly(5))
  if (pathname === '/endless') return new Response(slowly(10_000))
  if (pathname === '/never') return new Promise(() => undefined)
  return new Response('not found', { status: 404 })
}

/** A body that takes 30 ms for each of its parts. */
function slowly(parts: number): ReadableStream<Uint8Array> {
  let part = 0
  return new ReadableStream({
    async pull(controller) {
      if (part++ === parts) return controller.close()
      controller.enqueue(new Uint8Array(10))
      await sleep(30)
    },
  })
}

/** Responses that a test has dropped may be collected, and so be recorded, during a later one. */
const formerPorts = new Set<unknown>()

async function points(): Promise<Point<HistogramValue>[]> {
  const all = await sdk.histograms(duration)
  return all.filter(({ attributes }) => !formerPorts.has(attributes['server.port']))
}

async function only(): Promise<Point<HistogramValue>> {
  const [point, ...others] = await points()
  if (point === undefined || others.length > 0) throw new Error(`one series expected, got ${others.length + 1}`)
  return point
}

describe('a call', () => {
  test('is recorded in seconds, with the attributes of the convention and no other (metrics/22)', async () => {
    const call = measuredFetch()
    const response = await call(`${server.url}/hello?secret=canary`, { method: 'post', body: 'x' })
    expect(await response.text()).toBe('hello')
    const { attributes, value } = await only()
    expect(attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
    expect(value.count).toBe(1)
    expect(value.buckets.boundaries).toHaveLength(14)
    expect((await sdk.metric(duration)).descriptor.unit).toBe('s')
  })

  test('lasts until its body has been read or cancelled (metrics/23)', async () => {
    const call = measuredFetch()
    const response = await call(`${server.url}/slow`)
    expect(await points()).toEqual([])
    await response.text()
    expect((await only()).value.sum).toBeGreaterThan(0.1)
    const cancelled = await call(`${server.url}/endless`)
    const reader = cancelled.body?.getReader()
    await reader?.read()
    expect((await only()).value.count).toBe(1)
    await reader?.cancel()
    expect((await only()).value.count).toBe(2)
  })

  test('without a body ends with the head (metrics/23)', async () => {
    const response = await measuredFetch()(`${server.url}/empty`)
    expect([response.status, response.body]).toEqual([204, null])
    expect((await only()).attributes['http.response.status_code']).toBe(204)
  })

  test('whose response is dropped unread is recorded when it is collected, as long as its head took (metrics/24)', async () => {
    const call = measuredFetch()
    await (async () => {
      for (let i = 0; i < 10; i++) expect((await call(`${server.url}/other`)).status).toBe(404)
    })()
    const kept = await call(`${server.url}/hello`)
    await sleep(300)
    const seen = async (): Promise<HistogramValue | undefined> =>
      (await points()).find(({ attributes }) => attributes['error.type'] === '404')?.value
    for (let i = 0; i < 300 && (await seen()) === undefined; i++) {
      collectGarbage()
      await sleep(10)
    }
    const { count = 0, sum = Infinity } = (await seen()) ?? {}
    expect(count).toBeGreaterThan(0)
    expect(sum / count).toBeLessThan(0.2)
    expect(await kept.text()).toBe('hello')
    expect(await points()).toHaveLength(2)
  })

  test('that is read while it is collected is recorded once (metrics/24)', async () => {
    const text = await (await measuredFetch()(`${server.url}/hello`)).text()
    for (let i = 0; i < 5; i++) {
      collectGarbage()
      await sleep(5)
    }
    expect(text).toBe('hello')
    expect((await only()).value.count).toBe(1)
  })
})

describe('error.type', () => {
  async function failed(run: () => Promise<unknown>): Promise<Point<HistogramValue>['attributes']> {
    await expect(run()).rejects.toBeDefined()
    return (await only()).attributes
  }

  test('is the status of a 4xx or 5xx (metrics/25)', async () => {
    await (await measuredFetch()(`${server.url}/other`)).text()
    expect((await only()).attributes).toMatchObject({ 'http.response.status_code': 404, 'error.type': '404' })
  })

  test('is the code of the system when nobody listens (metrics/25)', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const address = closed.address()
    const port = typeof address === 'object' ? address?.port : 0
    await new Promise((resolve) => closed.close(resolve))
    const attributes = await failed(() => measuredFetch()(`http://127.0.0.1:${port}/`))
    expect(attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': port,
      'error.type': expect.stringMatching(/^(ECONNREFUSED|ConnectionRefused)$/),
    })
  })

  test('tells an abort from a timeout (metrics/25)', async () => {
    const call = measuredFetch()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('canary')), 20)
    expect((await failed(() => call(`${server.url}/never`, { signal: controller.signal })))['error.type']).toBe(
      'AbortError',
    )
    sdk.stop()
    sdk = startSdk()
    const late = new Request(`${server.url}/never`, { signal: AbortSignal.timeout(20) })
    expect((await failed(() => call(late)))['error.type']).toBe('TimeoutError')
  })

  test('is told of a body that broke off, with the status (metrics/25)', async () => {
    const controller = new AbortController()
    const attributes = await failed(async () => {
      const response = await measuredFetch()(`${server.url}/endless`, { signal: controller.signal })
      setTimeout(() => controller.abort(), 20)
      await response.text()
    })
    expect(attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'AbortError' })
  })
})

describe('the response', () => {
  test('is what fetch would have given (metrics/26)', async () => {
    const call = measuredFetch()
    const [plain, measured] = [await fetch(`${server.url}/moved`), await call(`${server.url}/moved`)]
    expect(Object.getPrototypeOf(measured)).toBe(Object.getPrototypeOf(plain))
    for (const member of ['url', 'redirected', 'type', 'status', 'statusText', 'ok', 'bodyUsed'] as const) {
      expect(measured[member], `member ${member}`).toBe(plain[member])
    }
    expect(measured.headers.get('x-kind')).toBe('greeting')
    const copy = measured.clone()
    expect([copy.url, copy.redirected]).toEqual([plain.url, true])
    expect([await measured.text(), await copy.text()]).toEqual(['hello', 'hello'])
    expect(measured.bodyUsed).toBe(true)
    expect((await only()).value.count).toBe(1)
  })

  test('can be passed on, and read into memory of the reader’s own where fetch lets it (metrics/26)', async () => {
    const call = measuredFetch()
    await using relay = await serve(() => call(`${server.url}/hello`))
    expect(await (await fetch(relay.url)).text()).toBe('hello')
    const byob = async (response: Response): Promise<string> => {
      const reader = response.body?.getReader({ mode: 'byob' })
      let text = ''
      for (;;) {
        const read = await reader?.read(new Uint8Array(3))
        if (read === undefined || read.done) return text
        text += new TextDecoder().decode(read.value)
      }
    }
    const outcome = (response: Response): Promise<string> => byob(response).catch(() => response.text())
    expect(await outcome(await call(`${server.url}/hello`))).toBe(await outcome(await fetch(`${server.url}/hello`)))
  })

  test('a call that fetch refuses is refused by fetch, and not recorded (metrics/26)', async () => {
    const call = measuredFetch()
    await expect(call('/relative')).rejects.toThrow(TypeError)
    await expect(call('ftp://127.0.0.1/')).rejects.toBeDefined()
    expect(await (await call('data:text/plain,hello')).text()).toBe('hello')
    expect(await points()).toEqual([])
  })
})

describe('options', () => {
  test('the fetch that is given sends, else the global one at the time (metrics/27)', async () => {
    const sent: string[] = []
    const own: typeof fetch = async (input) => {
      sent.push(String(input))
      return new Response('own')
    }
    expect(await (await measuredFetch(own)('https://[::1]/')).text()).toBe('own')
    expect(sent).toEqual(['https://[::1]/'])
    expect((await only()).attributes).toMatchObject({ 'server.address': '::1', 'server.port': 443 })
    const call = measuredFetch()
    const former = globalThis.fetch
    try {
      globalThis.fetch = own
      expect(await (await call('http://shop.example/')).text()).toBe('own')
    } finally {
      globalThis.fetch = former
    }
    const ports = (await points()).map(({ attributes }) => attributes['server.port'])
    expect(ports).toEqual([443, 80])
  })

  test('attributes, boundaries and the bound are its own (metrics/28)', async () => {
    const warnings = listenToWarnings()
    const own: typeof fetch = async () => new Response('own')
    const call = measuredFetch(own, {
      attributes: (url, method) => ({ 'url.template': url.pathname.replace(/\d+/, '{id}'), method }),
      buckets: [1, 2],
      limit: 3,
    })
    for (const path of ['/orders/1', '/orders/2']) await (await call(`http://shop.example${path}`)).text()
    expect(await only()).toMatchObject({
      attributes: { 'url.template': '/orders/{id}', method: 'GET' },
      value: { count: 2, buckets: { boundaries: [1, 2] } },
    })
    for (let i = 0; i < 20; i++) await (await call(`http://tenant-${i}.example/`)).text()
    expect(await points()).toHaveLength(3)
    expect(warnings.messages).toHaveLength(1)
    warnings.stop()
    expect(() => measuredFetch(own, { buckets: [2, 1] })).toThrow(MetricsError)
    expect(() => measuredFetch(own, { limit: 0 })).toThrow(MetricsError)
  })

  test('an option that throws costs neither the call nor the measurement (metrics/28)', async () => {
    const call = measuredFetch(undefined, {
      attributes() {
        throw new Error('of an option')
      },
    })
    expect(await (await call(`${server.url}/hello`)).text()).toBe('hello')
    expect((await only()).value.count).toBe(1)
  })

  test('it may be made before the SDK starts (metrics/29)', async () => {
    sdk.stop()
    const call = measuredFetch()
    expect(await (await call(`${server.url}/hello`)).text()).toBe('hello')
    sdk = startSdk()
    await (await call(`${server.url}/hello`)).text()
    expect((await only()).value.count).toBe(1)
  })
})
