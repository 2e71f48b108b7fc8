import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { createLogger, loggedFetch } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { measuredFetch } from '@seaworthy/metrics'
import { tracedFetch } from '@seaworthy/tracing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientCredentials } from '../client.ts'
import { startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'

const exporter = new InMemorySpanExporter()
let provider: TokenEndpoint
let service: Service

beforeAll(async () => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  provider = await startTokenEndpoint()
  service = await startService(({ path }, response) => {
    if (path === '/moved') response.writeHead(307, { location: '/orders' }).end()
    else response.end('orders')
  })
})
afterAll(async () => {
  trace.disable()
  context.disable()
  await Promise.all([provider.stop(), service.stop()])
})

describe('with the traced, logged and measured fetch of a service', () => {
  test('each request is a span and a line, within the span of who calls, without credentials (oauth2/112)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output] })
    const client = clientCredentials({
      issuer: provider.url,
      clientId: 'stock',
      clientAuth: { method: 'client_secret_basic', secret: 'canary-secret' },
      fetch: tracedFetch(loggedFetch(measuredFetch(), { logger })),
      dpop: false,
    })
    const { traceId } = await trace.getTracer('test').startActiveSpan('checkout', async (span) => {
      const response = await client.fetch(`${service.url}/moved`, { method: 'POST', body: 'order' })
      expect([response.redirected, await response.text()]).toEqual([true, 'orders'])
      span.end()
      return span.spanContext()
    })
    const spans = exporter.getFinishedSpans().filter(({ name }) => name !== 'checkout')
    expect(spans.map(({ attributes }) => new URL(String(attributes['url.full'])).pathname)).toEqual([
      '/.well-known/openid-configuration',
      '/token',
      '/moved',
      '/orders',
    ])
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
    expect(output.records).toHaveLength(4)
    const told = JSON.stringify([spans.map(({ attributes, events }) => [attributes, events]), output.records])
    expect(told).toContain('/orders')
    for (const hidden of ['canary', 'token-1', 'Bearer', 'Basic']) expect(told).not.toContain(hidden)
    expect(service.asked.map(({ body, headers }) => [body, headers.authorization])).toEqual([
      ['order', 'Bearer token-1'],
      ['order', 'Bearer token-1'],
    ])
  })
})
