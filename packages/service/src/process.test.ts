import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChildProgram } from '../../../test/support/child-program.ts'
import { eventually } from '../../../test/support/serve.ts'
import { httpReceiver, type HttpReceiver } from '../../telemetry/src/http-receiver.fixture.ts'
import type { Scenario } from './program.fixture.ts'

const script = join(import.meta.dirname, 'program.fixture.ts')

/** Begins the program of the fixture, in production unless told otherwise. */
function begin(scenario: Scenario, variables: Readonly<Record<string, string>> = {}): ChildProgram {
  const args = [JSON.stringify(scenario)]
  return new ChildProgram(script, { args, variables: { NODE_ENV: 'production', ...variables } })
}

/** The same, and waits until it listens. */
function start(scenario: Scenario, variables?: Readonly<Record<string, string>>): Promise<ChildProgram> {
  return begin(scenario, variables).says('ready ')
}

let collector: HttpReceiver
let exporting: Record<string, string>

beforeAll(async () => {
  collector = await httpReceiver()
  // Nothing leaves before the end: what arrives was flushed.
  exporting = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    OTEL_BLRP_SCHEDULE_DELAY: '60000',
  }
})
afterAll(() => collector.close())

function forget(): void {
  for (const list of [collector.requests, collector.spans, collector.logs, collector.metrics]) list.length = 0
}

const messages = (program: ChildProgram): unknown[] => program.lines.map(({ msg }) => msg)

async function status(url: string): Promise<number> {
  const response = await fetch(url, { headers: { connection: 'close' } })
  await response.arrayBuffer()
  return response.status
}

describe('a service in its own process', () => {
  for (const door of ['hono', 'fetch'] as const) {
    test(`answers, is observed, drains and flushes telemetry last, by ${door} (service/1) (service/13) (service/14) (service/15) (service/16)`, async () => {
      forget()
      await using program = await start({ door }, exporting)
      const url = program.url('ready')

      const response = await fetch(`${url}/orders/7`)
      expect(await response.json()).toEqual({ id: '7' })
      const requestId = response.headers.get('x-request-id')
      expect(requestId).toMatch(/^[\w-]{20,}$/)
      for (const probe of ['/livez', '/readyz', '/startupz', '/healthz']) expect(await status(url + probe)).toBe(200)
      expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ version: '1.2.3' })
      const page = await (await fetch(`${url}/metrics`)).text()
      expect(page).toMatch(/http_server_request_duration_seconds_count\{[^}]*http_route="\/orders\/:id"[^}]*\} 1\b/)
      expect(page).toContain('service_name="orders"')

      // The last request is under way when the signal comes.
      const slow = fetch(`${url}/orders/slow`)
      await eventually(() => program.output.includes('"id":"slow"'), 'the slow order')
      program.signal('SIGTERM')
      await program.says('draining')
      expect(await status(`${url}/readyz`)).toBe(503)
      expect(await status(`${url}/orders/late`)).toBe(200)
      expect(await (await slow).json()).toEqual({ id: 'slow' })
      expect(collector.requests).toEqual([])
      expect(await program.exit).toBe(0)

      const spans = collector.spans.filter(({ name }) => name === 'GET /orders/:id')
      expect(spans.map(({ attributes }) => attributes['url.path'])).toEqual([
        '/orders/7',
        '/orders/late',
        '/orders/slow',
      ])
      expect(spans[0]?.resource).toMatchObject({ 'service.name': 'orders', 'service.version': '1.2.3' })
      const traceId = spans[0]?.traceId
      const lines = program.lines.filter(({ request_id }) => request_id === requestId)
      expect(lines.map(({ service, trace_id }) => ({ service, trace_id }))).toEqual([
        { service: 'orders', trace_id: traceId },
        { service: 'orders', trace_id: traceId },
      ])
      expect(lines[1]).toMatchObject({ 'http.route': '/orders/:id', 'http.response.status_code': 200 })
      expect(collector.metrics.map(({ name }) => name)).toContain('http.server.request.duration')
      // What was logged while it shut down has arrived as well.
      const records = collector.logs.map(({ body }) => body)
      expect(records).toContain('order loaded')
      expect(records).toContain('the hook runs')
      expect(records).toContain('the last hook runs')
      expect(collector.logs.find(({ body }) => body === 'order loaded')?.traceId).toBe(traceId)
    })
  }

  test('flushes telemetry that was handed over, too (service/17)', async () => {
    forget()
    const scenario: Scenario = { telemetry: { service: { name: 'mine' } }, options: { prometheus: false } }
    await using program = await start(scenario, exporting)
    expect(await status(`${program.url('ready')}/orders/1`)).toBe(200)
    expect(collector.spans).toEqual([])
    expect(await program.ends()).toBe(0)
    expect(collector.spans.map(({ resource }) => resource['service.name'])).toEqual(['mine'])
  })

  test('waits for the last export as long as telemetry may take (service/18)', async () => {
    const frozen = await httpReceiver()
    frozen.answer = () => undefined
    try {
      const settings = { shutdownTimeout: 2_600 }
      await using program = await start(
        { options: { telemetry: settings } },
        { ...exporting, OTEL_EXPORTER_OTLP_ENDPOINT: frozen.url },
      )
      expect(await status(`${program.url('ready')}/orders/1`)).toBe(200)
      program.signal('SIGTERM')
      await program.says('draining')
      const since = performance.now()
      expect(await program.exit).toBe(0)
      expect(performance.now() - since).toBeGreaterThan(2_500)
    } finally {
      await frozen.close()
    }
  })

  test('does not lose a signal during its start (service/19)', async () => {
    await using program = begin({ slowStart: 60_000 })
    await program.says('wired')
    expect(await program.ends()).toBe(0)
    expect(program.output).toContain('hook')
  })

  test('ends with 1 and the message when an option is mistaken (service/28)', async () => {
    // What JavaScript allows and the types do not.
    await using unknown = begin({ options: { requestid: false } as object })
    await using apples = begin({ options: { deadline: '10 apples' } as object })
    expect(await Promise.all([unknown.exit, apples.exit])).toEqual([1, 1])
    expect(unknown.output).toContain('There is no option `requestid`')
    expect(apples.output).toContain('10 apples')
  })

  test('may hold a second service that shares what a process has once (service/29)', async () => {
    forget()
    const scenario: Scenario = { telemetry: {}, options: { prometheus: false }, second: 'shared' }
    await using program = await start(scenario, exporting)
    expect(await status(`${program.url('second')}/`)).toBe(200)
    expect(await status(`${program.url('ready')}/orders/1`)).toBe(200)
    expect(await status(`${program.url('second')}/metrics`)).toBe(200)
    expect(await program.ends()).toBe(0)
    expect(collector.spans.map(({ name }) => name).toSorted()).toEqual(['GET', 'GET /orders/:id'])
    expect(program.lines.filter(({ service }) => service === 'admin')).toEqual([])
  })

  test('refuses a second service with telemetry of its own (service/29)', async () => {
    await using program = begin({ second: 'own' })
    expect(await program.exit).toBe(1)
    expect(program.output).toContain('ERR_TELEMETRY_STARTED')
  })

  test('says in production what is not ready, and nothing in development (service/22) (service/23)', async () => {
    await using production = begin({})
    await using development = begin({}, { NODE_ENV: 'development' })
    for (const program of [production, development]) {
      await program.says('ready ')
      expect(await program.ends()).toBe(0)
      expect(messages(program)).toContain('stopped')
    }
    const warnings = production.lines.filter(({ level }) => level === 'warn')
    expect(warnings.map(({ code, service }) => [code, service])).toEqual([
      ['no_https', 'orders'],
      ['no_checks', 'orders'],
      ['no_telemetry', 'orders'],
    ])
    expect(development.output).not.toContain('preflight')
  })
})
