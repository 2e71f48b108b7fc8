import { describe, expect, test } from 'vitest'
import { createExportWatch, type Exporter, type WatchedExporter } from './export-watch.ts'
import { createReporter } from './reporter.ts'
import type { Signal } from './signal.ts'
import type { TelemetryReport } from './telemetry-report.ts'

/** Three watched exporters that fail with what `failure` holds, on a clock of their own. */
function watched(): {
  readonly reports: TelemetryReport[]
  now: number
  failure: unknown
  send(signal: Signal, items: number): void
} {
  const reports: TelemetryReport[] = []
  const state = { reports, now: 0, failure: undefined as unknown, send }
  const reporter = createReporter({ onError: (report) => reports.push(report) })
  const watch = createExportWatch(reporter, () => state.now)
  const exporter: Exporter<unknown[]> = {
    export: (_, done) => done(state.failure instanceof Error ? { code: 1, error: state.failure } : { code: 0 }),
    shutdown: () => Promise.resolve(),
  }
  const exporters = new Map<Signal, WatchedExporter<unknown[]>>()
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    exporters.set(signal, watch.watch(exporter, { signal, count: (batch) => batch.length, timeout: 1000 }))
  }
  function send(signal: Signal, items: number): void {
    let code: number | undefined
    exporters.get(signal)?.export(Array.from({ length: items }), (result) => void (code = result.code))
    // The SDK hears of success, so that it does not report the failure a second time.
    expect(code).toBe(0)
  }
  return state
}

describe('an outage', () => {
  test('is one warning a minute for all signals together, with what was lost in it (telemetry/33)', () => {
    const world = watched()
    world.failure = new Error('connect ECONNREFUSED 127.0.0.1:4318')
    for (let second = 0; second < 150; second++) {
      world.now = second * 1000
      world.send('traces', 512)
      world.send('logs', 10)
      world.send('metrics', 3)
    }
    expect(world.reports.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warn: Telemetry cannot be exported (traces): connect ECONNREFUSED 127.0.0.1:4318',
      'warn: Telemetry cannot be exported (traces, logs, metrics): connect ECONNREFUSED 127.0.0.1:4318',
      'warn: Telemetry cannot be exported (traces, logs, metrics): connect ECONNREFUSED 127.0.0.1:4318',
    ])
    expect(world.reports.map(({ fields }) => fields)).toMatchObject([
      { error: world.failure, spans: 512, logs: 0, metrics: 0 },
      { spans: 60 * 512, logs: 60 * 10, metrics: 60 * 3 },
      { spans: 60 * 512, logs: 60 * 10, metrics: 60 * 3 },
    ])
  })

  test('that ends is told once, with what was lost since (telemetry/36)', () => {
    const world = watched()
    world.send('traces', 1)
    expect(world.reports).toEqual([])
    world.failure = new Error('down')
    world.send('traces', 5)
    world.send('logs', 7)
    world.failure = undefined
    world.send('traces', 1)
    expect(world.reports).toHaveLength(1)
    world.send('logs', 1)
    world.send('traces', 1)
    expect(world.reports.slice(1)).toEqual([
      { level: 'info', message: 'Telemetry is exported again.', fields: { spans: 0, logs: 7, metrics: 0 } },
    ])
  })

  test('that comes and goes is told of once a minute too (telemetry/33)', () => {
    const world = watched()
    for (let i = 0; i < 1000; i++) {
      world.now = i * 10
      world.failure = i % 2 === 0 ? new Error('down') : undefined
      world.send('traces', 1)
    }
    expect(world.reports).toHaveLength(2)
  })

  test('says what is known of the reason (telemetry/33)', () => {
    const reasonOf = (failure: Error): string => {
      const world = watched()
      world.failure = failure
      world.send('traces', 1)
      return world.reports[0]?.message.replace('Telemetry cannot be exported (traces): ', '') ?? ''
    }
    expect(reasonOf(new Error('down'))).toBe('down')
    expect(reasonOf(Object.assign(new Error('Unauthorized'), { code: 401 }))).toBe('401 Unauthorized')
    expect(reasonOf(Object.assign(new Error('14 UNAVAILABLE: down'), { code: 14 }))).toBe('14 UNAVAILABLE: down')
    expect(reasonOf(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED')
    expect(reasonOf(new TypeError())).toBe('TypeError')
  })

  test('of an exporter that throws, answers twice or never, is an outage like another (telemetry/33)', async () => {
    const reports: TelemetryReport[] = []
    const watch = createExportWatch(createReporter({ onError: (report) => reports.push(report) }))
    const settings = { signal: 'traces', count: () => 1, timeout: 20 } as const
    const shutdown = () => Promise.resolve()
    const throwing = watch.watch(
      {
        export: () => {
          throw new Error('broken')
        },
        shutdown,
      },
      settings,
    )
    const twice = watch.watch({ export: (_, done) => [done({ code: 1 }), done({ code: 0 })], shutdown }, settings)
    const never = watch.watch({ export: () => {}, shutdown }, settings)
    for (const exporter of [throwing, twice, never]) {
      let calls = 0
      await new Promise<void>((resolve) =>
        exporter.export([], () => {
          calls += 1
          resolve()
        }),
      )
      expect(calls).toBe(1)
    }
    expect(reports.map(({ message }) => message)).toEqual(['Telemetry cannot be exported (traces): broken'])
  })
})
