import { connect } from 'node:net'
import { SpanStatusCode } from '@opentelemetry/api'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually, serve, type Running } from '../../../test/support/serve.ts'
import { tracedFetch } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'
import { startRawServer, startUpstream } from './upstream.test-kit.ts'

let sdk: Sdk
let server: Running
const call = tracedFetch()

beforeAll(async () => {
  sdk = startSdk()
  server = await startUpstream()
})
beforeEach(() => sdk.clear())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  sdk.stop()
})

const readers: Readonly<Record<string, (response: Response) => unknown>> = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  arrayBuffer: (response) => response.arrayBuffer(),
  bytes: (response) => response.bytes(),
  blob: (response) => response.blob(),
  'the stream': async (response) => {
    let length = 0
    for await (const chunk of response.body ?? []) length += chunk.length
    return length
  },
  'a clone': async (response) => {
    await Promise.all([response.clone().text(), response.text()])
  },
}
for (const [how, read] of Object.entries(readers)) {
  test(`comes when the body has been read: ${how} (tracing/61)`, async () => {
    const response = await call(`${server.url}/echo`)
    expect(sdk.ended).toEqual([])
    await read(response)
    expect(sdk.ended).toHaveLength(1)
  })
}

test('comes when a reader with a buffer of its own has read it, where fetch gives byte streams (tracing/61)', async () => {
  const plain = await fetch(`${server.url}/echo`)
  const response = await call(`${server.url}/echo`)
  const read = async (reader: ReadableStreamBYOBReader | undefined): Promise<string> => {
    let text = ''
    for (;;) {
      const { done, value } = (await reader?.read(new Uint8Array(64))) ?? { done: true, value: undefined }
      if (done) return text
      text += new TextDecoder().decode(value)
    }
  }
  if ('Bun' in globalThis) {
    // Bun's bodies are no byte streams, traced or not.
    expect(() => plain.body?.getReader({ mode: 'byob' })).toThrow(TypeError)
    expect(() => response.body?.getReader({ mode: 'byob' })).toThrow(TypeError)
    await response.text()
  } else expect(await read(response.body?.getReader({ mode: 'byob' }))).toContain('"method":"GET"')
  await plain.text()
  expect(sdk.ended).toHaveLength(1)
})

test('comes at once without a body (tracing/61)', async () => {
  await call(`${server.url}/empty`)
  await call(`${server.url}/echo`, { method: 'HEAD' })
  expect(sdk.ended).toHaveLength(2)
})

test('comes when the body is cancelled, which is no error (tracing/61)', async () => {
  const response = await call(`${server.url}/drip`)
  const reader = response.body?.getReader()
  await reader?.read()
  expect(sdk.ended).toEqual([])
  await reader?.cancel()
  expect(sdk.only().status.code).toBe(SpanStatusCode.UNSET)
})

test('comes with an error when the body breaks off or is aborted (tracing/62)', async () => {
  await using half = await startRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    setTimeout(() => socket.destroy(), 20)
  })
  const cut = await call(half.url)
  await expect(cut.text()).rejects.toThrow(TypeError)
  expect(sdk.only().attributes).toMatchObject({ 'error.type': 'ECONNRESET', 'http.response.status_code': 200 })
  expect(sdk.only().status.code).toBe(SpanStatusCode.ERROR)

  sdk.clear()
  const controller = new AbortController()
  const response = await call(`${server.url}/drip`, { signal: controller.signal })
  setTimeout(() => controller.abort(), 30)
  await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' })
  expect(sdk.only().attributes['error.type']).toBe('AbortError')
})

test('the response is the one that fetch gives (tracing/63)', async () => {
  const url = `${server.url}/echo`
  const [plain, traced] = [await fetch(url), await call(url)]
  for (const member of ['url', 'status', 'statusText', 'ok', 'redirected', 'type', 'bodyUsed'] as const) {
    expect(traced[member]).toBe(plain[member])
  }
  expect(Object.getPrototypeOf(traced)).toBe(Object.getPrototypeOf(plain))
  expect([...traced.headers.keys()]).toEqual([...plain.headers.keys()])
  const clone = traced.clone()
  expect([clone.url, clone.type, clone.status]).toEqual([plain.url, plain.type, plain.status])
  expect(await clone.json()).toMatchObject({ method: 'GET' })
  await Promise.all([plain.text(), traced.text()])
  expect(traced.bodyUsed).toBe(true)
  expect(sdk.ended).toHaveLength(1)
})

test('a response that is passed on ends it too (tracing/61)', async () => {
  const proxy = await serve(new Hono().get('/', () => call(`${server.url}/echo`)).fetch)
  expect(await (await fetch(proxy.url)).json()).toMatchObject({ method: 'GET' })
  await eventually(() => sdk.ended.length === 1, 'the span')
  await proxy[Symbol.asyncDispose]()
})

test('a client that leaves a response that is passed on ends it too (tracing/61)', async () => {
  const proxy = await serve(new Hono().get('/', () => call(`${server.url}/drip`)).fetch)
  const socket = connect(proxy.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  await eventually(() => sdk.ended.length === 1, 'the span')
  await proxy[Symbol.asyncDispose]()
})
