import { health } from '@seaworthy/health'
import { createLogger } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { trustProxy } from '@seaworthy/middleware'
import { startTelemetry } from '@seaworthy/telemetry'
import { afterEach, describe, expect, test } from 'vitest'
import { cert, key } from '../../server/src/certificate.fixture.ts'
import { service, type ServiceOptions } from './index.ts'
import { preflight } from './preflight.ts'
import { quietLife } from './quiet.fixture.ts'

const alone = { name: 'orders', log: false, telemetry: false, prometheus: false } as const
const before = process.env['NODE_ENV']
afterEach(() => {
  process.env['NODE_ENV'] = before
})

async function codes(options: Partial<ServiceOptions>): Promise<string[]> {
  const svc = await service({ ...alone, shutdown: quietLife(), ...options })
  return svc.preflight().map(({ code }) => code)
}

describe('svc.preflight()', () => {
  test('gives each problem as data, with its cure (service/20)', async () => {
    const svc = await service({ ...alone, shutdown: false })
    expect(svc.preflight()).toEqual([
      {
        code: 'no_life_cycle',
        problem: 'requests in flight and telemetry are lost when the process is told to stop',
        cure: 'Leave out `shutdown: false`.',
      },
      {
        code: 'no_https',
        problem: 'it serves plain HTTP, and believes no proxy that could have ended TLS in front of it',
        cure: "Set `trustProxy: 'private'` behind a proxy, or `server: { tls }`.",
      },
      {
        code: 'no_checks',
        problem: '/healthz knows of nothing that the service depends on',
        cure: 'Set `checks: { db: postgresCheck(pool) }`.',
      },
      {
        code: 'no_telemetry',
        problem: 'traces and logs are sent to no collector',
        cure: 'Leave out `telemetry: false`, and set OTEL_EXPORTER_OTLP_ENDPOINT.',
      },
    ])
  })

  test('finds nothing in a service that is ready (service/21)', async () => {
    const exporter = { export: () => {}, shutdown: async () => {}, forceFlush: async () => {} }
    const own = quietLife()
    const telemetry = await startTelemetry({ traces: { exporter }, onError: () => {} })
    const ready = { trustProxy: 'private', checks: { db: () => true }, shutdown: own, telemetry } as const
    expect(await codes(ready)).toEqual([])
    await own.stop()
  })

  const found: readonly (readonly [code: string, with_: Partial<ServiceOptions>, without: Partial<ServiceOptions>])[] =
    [
      ['no_https', {}, { trustProxy: 'private' }],
      ['no_https', { trustProxy: false }, { trustProxy: trustProxy({ hops: 1 }) }],
      ['no_https', { server: {} }, { server: { tls: { cert, key } } }],
      ['no_checks', {}, { checks: { db: () => true } }],
      ['no_checks', { checks: {} }, { health: health() }],
      ['no_checks', { health: false, checks: { db: () => true } }, { checks: { db: () => true } }],
    ]
  for (const [code, with_, without] of found) {
    test(`${code} for ${Object.keys(with_).join() || 'nothing'}, not with ${Object.keys(without).join()} (service/21)`, async () => {
      expect(await codes(with_)).toContain(code)
      expect(await codes(without)).not.toContain(code)
    })
  }

  test('no_drain_delay for 0 alone, and not for a life cycle that was handed over (service/21)', () => {
    const of = (drainDelay?: 0 | '0s' | '1ms'): string[] =>
      preflight({ name: 'orders', shutdown: { ...(drainDelay !== undefined && { drainDelay }) } }, undefined).map(
        ({ code }) => code,
      )
    expect(of(0)).toContain('no_drain_delay')
    expect(of('0s')).toContain('no_drain_delay')
    expect(of('1ms')).not.toContain('no_drain_delay')
    expect(of()).not.toContain('no_drain_delay')
    expect(preflight({ name: 'orders', shutdown: quietLife() }, undefined)).not.toContainEqual(
      expect.objectContaining({ code: 'no_drain_delay' }),
    )
  })

  test('memory_limit for a heap that may outgrow the container (service/25)', () => {
    const GiB = 2 ** 30
    const of = (heap: number, available: number): unknown[] =>
      preflight({ name: 'orders' }, undefined, undefined, { heap, available }).filter(
        ({ code }) => code === 'memory_limit',
      )
    expect(of(4 * GiB, GiB)).toEqual([
      {
        code: 'memory_limit',
        problem: 'the heap may grow to 4096 MiB, and there are 1024 MiB of memory',
        cure: 'Set NODE_OPTIONS=--max-old-space-size=768.',
      },
    ])
    expect(of(GiB, GiB)).toEqual([])
    expect(of(GiB / 2, GiB)).toEqual([])
  })
})

describe('serve()', () => {
  async function warnings(environment: string, options: Partial<ServiceOptions>, server: object): Promise<unknown[]> {
    const output = memoryOutput()
    const log = createLogger({ outputs: [output] })
    const own = quietLife()
    const svc = await service({ ...alone, shutdown: own, log, ...options })
    process.env['NODE_ENV'] = environment
    await svc.serve({ fetch: () => new Response() }, { addr: '127.0.0.1:0', ...server })
    await own.stop()
    return output.records.filter(({ level }) => level === 'warn').map(({ msg, fields }) => [fields['code'], msg])
  }

  test('warns in production, one line each (service/22)', async () => {
    const lines = await warnings('production', {}, {})
    expect(lines).toEqual([
      ['no_https', expect.stringMatching(/^preflight: it serves plain HTTP.* Set `trustProxy: 'private'`/)],
      ['no_checks', expect.stringMatching(/^preflight: .* Set `checks: /)],
      ['no_telemetry', expect.stringMatching(/^preflight: .*OTEL_EXPORTER_OTLP_ENDPOINT\.$/)],
    ])
    expect(lines.join()).not.toContain('\n')
  })

  test('is silent in development and in tests (service/23)', async () => {
    expect(await warnings('development', {}, {})).toEqual([])
    expect(await warnings('test', {}, {})).toEqual([])
  })

  test('knows its own options (service/24)', async () => {
    const [first] = await warnings('production', {}, { tls: { cert, key } })
    expect(first).toEqual(['no_checks', expect.any(String)])
  })
})
