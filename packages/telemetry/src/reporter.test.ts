import type { DiagLogger } from '@opentelemetry/api'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { TelemetryReport } from './index.ts'
import { createLab, emitEach } from './lab.fixture.ts'
import { createReporter } from './reporter.ts'

const lab = createLab()

afterEach(() => lab.end())

describe('reports', () => {
  test('go to a function, or to a logger like that of diag (telemetry/16)', async () => {
    const said: unknown[] = []
    const line =
      (level: string) =>
      (message: string, ...rest: unknown[]) =>
        void said.push([level, message, ...rest])
    const logger: DiagLogger = {
      error: line('error'),
      warn: line('warn'),
      info: line('info'),
      debug: line('debug'),
      verbose: line('verbose'),
    }
    lab.environment({ OTEL_SDK_DISABLED: 'perhaps' })
    await lab.start({ onError: logger, tap: {} })
    expect(said).toEqual([['warn', 'OTEL_SDK_DISABLED is "perhaps": write true or false. It is taken as false.']])

    const error = new Error('refused')
    createReporter({ onError: logger }).report('error', 'with fields', { error, spans: 3 })
    expect(said.at(-1)).toEqual(['error', 'with fields', error, { spans: 3 }])
    createReporter({ onError: logger }).report('warn', 'with an error', { error })
    expect(said.at(-1)).toEqual(['warn', 'with an error', error])
  })

  test('go to stderr where nothing is given, one line each (telemetry/16)', () => {
    const lines: unknown[] = []
    const warn = vi.spyOn(console, 'warn').mockImplementation((...args) => void lines.push(args))
    try {
      createReporter({}).report('error', 'It\n  failed.', { error: new Error('for\nthis reason') })
      createReporter({}).report('info', 'It works.')
    } finally {
      warn.mockRestore()
    }
    expect(lines).toEqual([['telemetry error: It failed. (for this reason)'], ['telemetry info: It works.']])
  })

  test('that repeat are one a minute, and the next one says how many there were (telemetry/34)', () => {
    let now = 0
    const said: string[] = []
    const reporter = createReporter({ onError: ({ message }) => said.push(message), clock: () => now })
    for (let i = 0; i < 10; i++) reporter.repeated('warn', `Dropped ${i} spans`)
    reporter.repeated('warn', 'Something else')
    expect(said).toEqual(['Dropped 0 spans', 'Something else'])
    now = 59_999
    reporter.repeated('warn', 'Dropped 99 spans')
    expect(said).toHaveLength(2)
    now = 60_000
    reporter.repeated('warn', 'Dropped 7 spans')
    reporter.repeated('warn', 'Dropped 7 spans')
    expect(said.slice(2)).toEqual(['Dropped 7 spans (and 10 more like it)'])
  })

  test('that differ in ids and numbers only are of one kind (telemetry/34)', async () => {
    await lab.start({ tap: {} })
    for (let i = 0; i < 20; i++) emitEach().end()
    const messages = lab.reports.map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toContain('Cannot execute the operation on ended Span')
    expect(messages[1]).toContain('You can only call end() on a span once')
  })

  test('of ever new kinds are a hundred a minute, in bounded memory (telemetry/34)', () => {
    let now = 0
    const said: string[] = []
    const reporter = createReporter({ onError: ({ message }) => said.push(message), clock: () => now })
    const kind = (n: number) => n.toString(2).replaceAll('0', 'x').replaceAll('1', 'y')
    for (let n = 0; n < 1000; n++) reporter.repeated('warn', kind(n))
    expect(said).toHaveLength(100)
    now = 59_999
    reporter.repeated('warn', kind(1000))
    expect(said).toHaveLength(100)
    now = 60_000
    for (let n = 1000; n < 2000; n++) reporter.repeated('warn', kind(n))
    expect(said).toHaveLength(200)
  })

  test('never throw and never recurse, whatever the logger does (telemetry/34)', () => {
    const seen: TelemetryReport[] = []
    const reporter = createReporter({
      onError(report) {
        seen.push(report)
        reporter.report('warn', 'from inside')
        throw new Error('broken logger')
      },
    })
    reporter.report('warn', 'from outside')
    reporter.report('warn', 'again')
    expect(seen.map(({ message }) => message)).toEqual(['from outside', 'again'])
    reporter.close()
    reporter.report('warn', 'after the end')
    expect(seen).toHaveLength(2)
  })
})
