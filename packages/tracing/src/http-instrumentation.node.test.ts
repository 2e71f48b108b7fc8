import { createRequire } from 'node:module'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { span, tracing } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

class StockError extends Error {}

let sdk: Sdk
let instrumentation: HttpInstrumentation
beforeAll(() => {
  sdk = startSdk()
  instrumentation = new HttpInstrumentation()
  // It patches the module when it is required.
  createRequire(import.meta.url)('node:http')
})
beforeEach(() => sdk.clear())
afterAll(() => {
  instrumentation.disable()
  sdk.stop()
})

async function visit(app: Hono, path: string, headers: Record<string, string> = {}): Promise<void> {
  await using server = await serve(app.fetch)
  await (await fetch(server.url + path, { headers })).arrayBuffer()
  await eventually(() => sdk.ended.some(({ kind }) => kind === SpanKind.SERVER), 'the span')
}

test('the span that HttpInstrumentation opened gets route and name, and is the only one (tracing/44)', async () => {
  const app = new Hono().use(tracing()).get('/orders/:id', (c) => span('work', () => c.json({})))
  await visit(app, '/orders/7')
  expect(sdk.ended.map(({ name }) => name).toSorted()).toEqual(['GET /orders/:id', 'work'])
  const server = sdk.named('GET /orders/:id')
  expect(server.instrumentationScope.name).toBe('@opentelemetry/instrumentation-http')
  expect(server.attributes).toMatchObject({ 'http.route': '/orders/:id', 'http.response.status_code': 200 })
  expect(sdk.named('work').parentSpanContext?.spanId).toBe(server.spanContext().spanId)
})

test('without this package it has neither: the control (tracing/44)', async () => {
  await visit(
    new Hono().get('/orders/:id', (c) => c.json({})),
    '/orders/7',
  )
  expect(sdk.only().name).toBe('GET')
  expect(sdk.only().attributes).not.toHaveProperty(['http.route'])
})

test('it also gets what was thrown, the headers and the attributes that are asked for (tracing/45)', async () => {
  const app = new Hono().use(
    tracing({
      captureHeaders: { request: ['x-tenant'], response: ['x-answer'] },
      attributes: () => ({ 'app.part': 'orders' }),
      responseHeader: 'traceparent',
    }),
  )
  app.get('/orders/:id', () => {
    throw new StockError('sold out')
  })
  app.onError((_error, c) => c.json({}, 500, { 'x-answer': '42' }))
  await visit(app, '/orders/7', { 'x-tenant': 'acme' })
  const { attributes, events, status } = sdk.only()
  expect(attributes).toMatchObject({
    'app.part': 'orders',
    'http.request.header.x-tenant': ['acme'],
    'http.response.header.x-answer': ['42'],
    'http.response.status_code': 500,
  })
  expect(events.map(({ name }) => name)).toEqual(['exception'])
  expect(status.code).toBe(SpanStatusCode.ERROR)
})

test('a request that it ignores is not recorded here either (tracing/46)', async () => {
  instrumentation.setConfig({ ignoreIncomingRequestHook: () => true })
  const app = new Hono().use(tracing()).get('/', (c) => span('work', () => c.json({})))
  await using server = await serve(app.fetch)
  await (await fetch(server.url)).arrayBuffer()
  instrumentation.setConfig({})
  await (await fetch(server.url)).arrayBuffer()
  await eventually(() => sdk.ended.length >= 2, 'the spans of the second request')
  expect(sdk.ended).toHaveLength(2)
})

test('a request inside its request gets a span of its own (tracing/16)', async () => {
  const app = new Hono().use(tracing())
  app.get('/inner', (c) => c.json({}))
  app.get('/outer', async (c) => c.json(await (await app.request('/inner')).json()))
  await visit(app, '/outer')
  expect(sdk.ended.map(({ name }) => name).toSorted()).toEqual(['GET /inner', 'GET /outer'])
})
