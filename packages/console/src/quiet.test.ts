import { handler, stack } from '@seaworthy/middleware'
import { metrics } from '@seaworthy/metrics'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { consolePage, type LogPage, type RequestPage, type RouteMetrics } from './index.ts'
import { listen } from './event-source.test-kit.ts'
import { startService, until } from './service.test-kit.ts'

test('its own requests are not traced, measured or logged under Hono (console/32)', async () => {
  await using service = await startService()
  const stream = await listen(`${service.url}/_console/api/events`)
  for (const path of ['', '/', '/api/meta', '/api/logs?x=1', '/api/nothing', '/page.js', '/nothing'])
    await service.get(`/_console${path}`)
  await fetch(`${service.url}/_console/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  await stream[Symbol.asyncDispose]()
  await service.get('/orders/1')
  const { requests } = await until(
    () => service.api<RequestPage>('requests'),
    (page) => page.requests.length > 0,
  )
  expect(requests.map(({ path }) => path)).toEqual(['/orders/1'])
  const { logs } = await service.api<LogPage>('logs')
  expect(logs.map(({ message }) => message)).toEqual(['GET /orders/1 200', 'reading an order'])
  const { total } = await until(
    () => service.api<RouteMetrics>('metrics/routes'),
    (answer) => answer.total.count > 0,
  )
  expect(total.count).toBe(1)
})

test('its own requests are not traced or measured in a plain Fetch handler, wherever it is mounted (console/32)', async () => {
  const page = consolePage({ path: '/eyes' })
  const telemetry = await startTelemetry({ tap: page, onError: () => {}, shutdownTimeout: '200ms' })
  await using running = await serve(handler(stack(tracing(), metrics(), page), () => new Response('the application')))
  for (const path of ['/eyes', '/eyes/', '/eyes/api/meta', '/eyes/api/map', '/eyeglasses'])
    await (await fetch(running.url + path)).text()
  const api = async <T>(name: string): Promise<T> => {
    const answer: T = JSON.parse(await (await fetch(`${running.url}/eyes/api/${name}`)).text())
    return answer
  }
  const { requests } = await until(
    () => api<RequestPage>('requests'),
    (answer) => answer.requests.length > 0,
  )
  expect(requests.map(({ path }) => path)).toEqual(['/eyeglasses'])
  expect((await api<RouteMetrics>('metrics/routes')).total.count).toBe(1)
  page.close()
  await telemetry.shutdown()
})
