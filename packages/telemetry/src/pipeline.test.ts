import { describe, expect, test } from 'vitest'
import { createPipeline, makeExporters } from './pipeline.ts'
import { createReporter } from './reporter.ts'
import type { TelemetryReport } from './telemetry-report.ts'
import { createTelemetry } from './telemetry.ts'

describe('an exporter that cannot be made', () => {
  test('is reported and left out; the others are made (telemetry/8)', async () => {
    const reports: TelemetryReport[] = []
    const error = new Error('not installed')
    const made = await makeExporters(
      'traces',
      { decided: true, exporters: [{ kind: 'console' }, { kind: 'otlp', target: { protocol: 'grpc' } }] },
      createReporter({ onError: (report) => reports.push(report) }),
      ({ kind }) => (kind === 'otlp' ? Promise.reject(error) : Promise.resolve(kind)),
    )
    expect(made).toEqual([{ kind: 'console', made: 'console' }])
    expect(reports).toEqual([
      { level: 'error', message: 'The otlp exporter of traces cannot be made.', fields: { error } },
    ])
  })
})

describe('a provider that fails', () => {
  for (const fail of [
    () => Promise.reject(new Error('broken')),
    (): never => {
      throw new Error('broken')
    },
  ]) {
    test('is reported; the flush and the end of the others go on, and nothing rejects (telemetry/35)', async () => {
      const reports: TelemetryReport[] = []
      const ended: string[] = []
      const works = (name: string) => () => {
        ended.push(name)
        return Promise.resolve()
      }
      const telemetry = createTelemetry({
        pipelines: {
          traces: createPipeline({ forceFlush: fail, shutdown: fail }, [], []),
          logs: createPipeline({ forceFlush: works('flush'), shutdown: works('shutdown') }, [], []),
        },
        tap: {
          spans: { onStart() {}, onEnd() {}, forceFlush: works('tap'), shutdown: works('tap') },
          logs: { onEmit() {}, forceFlush: works('tap'), shutdown: works('tap') },
          set() {},
        },
        reporter: createReporter({ onError: (report) => reports.push(report) }),
        timeout: 1000,
        undo: () => ended.push('undo'),
      })
      await telemetry.forceFlush()
      await telemetry.shutdown()
      expect(ended).toEqual(['flush', 'shutdown', 'undo'])
      expect(reports.map(({ message }) => message)).toEqual([
        'Telemetry could not be flushed.',
        'Telemetry could not be shut down.',
      ])
    })
  }
})
