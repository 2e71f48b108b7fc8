import { createLogger, requestLog } from '@seaworthy/log'
import { metrics } from '@seaworthy/metrics'
import { startTelemetry, type Telemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { AlwaysOnSampler } from '@opentelemetry/sdk-trace'
import { Hono } from 'hono'
import { serve, type Running } from '../../../test/support/serve.ts'
import { consolePage, type Console, type ConsoleOptions } from './index.ts'
import { otelOutput } from '@seaworthy/log/otel'

/** A real service with its telemetry, its console and a server. */
export interface TestService extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly page: Console
  /** What the API answers. */
  api<T>(path: string): Promise<T>
  /** Asks the service, and reads the answer to its end. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
}

/** Starts a {@link TestService} named `orders`, with a few routes. */
export async function startService(
  options: ConsoleOptions = {},
  routes: (app: Hono) => void = () => {},
): Promise<TestService> {
  const page = consolePage(options)
  const telemetry: Telemetry = await startTelemetry({
    service: { name: 'orders', version: '1.2.3', environment: 'test' },
    traces: { exporter: 'none', sampler: new AlwaysOnSampler() },
    metrics: { exporter: 'none' },
    logs: { exporter: 'none' },
    shutdownTimeout: '200ms',
    onError: () => {},
    tap: page,
  })
  const logger = createLogger({ level: 'debug', outputs: [otelOutput()] })
  const app = new Hono()
  app.use(page, tracing(), metrics(), requestLog({ logger }))
  app.get('/orders/:id', (c) => {
    logger.info('reading an order', { order: c.req.param('id') })
    return c.json({ id: c.req.param('id') })
  })
  app.get('/broken', () => {
    throw new TypeError('the pump is out of oil')
  })
  app.onError((_error, c) => c.text('failed', 500))
  routes(app)
  const running: Running = await serve((request, env) => app.fetch(request, env))
  const get: TestService['get'] = async (path, headers) => {
    const response = await fetch(running.url + path, { headers: { ...headers } })
    const body = await response.arrayBuffer()
    const hasBody = ![204, 304].includes(response.status)
    return new Response(hasBody ? body : null, { status: response.status, headers: response.headers })
  }
  return {
    url: running.url,
    port: running.port,
    page,
    get,
    async api<T>(path: string) {
      const response = await get(`/_console/api/${path}`)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      const answer: T = JSON.parse(await response.text())
      return answer
    },
    async [Symbol.asyncDispose]() {
      page.close()
      await running[Symbol.asyncDispose]()
      await telemetry.shutdown()
    },
  }
}

/** Asks until something holds, for five seconds at most. */
export async function until<T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + 5_000
  for (;;) {
    const answer = await ask()
    if (holds(answer)) return answer
    if (performance.now() > end) throw new Error(`Not within five seconds. The last answer: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
