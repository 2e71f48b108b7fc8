import { diag, DiagLogLevel } from '@opentelemetry/api'
import { afterEach, expect, test } from 'vitest'
import { createLogger, logDiag } from './index.ts'
import { memoryOutput } from './testing.ts'

afterEach(() => diag.disable())

test('logDiag takes every level, with arguments and errors (log/65)', () => {
  const output = memoryOutput()
  diag.setLogger(logDiag(createLogger({ level: 'debug', outputs: [output] })), {
    logLevel: DiagLogLevel.ALL,
    suppressOverrideMessage: true,
  })
  output.clear()
  diag.error('error', new TypeError('broken'), { a: 1 })
  diag.error('plain error')
  diag.warn('warn', 'why', { password: 'canary' })
  diag.info('info')
  diag.debug('debug')
  diag.verbose('verbose')
  diag.createComponentLogger({ namespace: 'exporter' }).warn('late')
  expect(output.records.map(({ level, msg, fields }) => [level, msg, fields['args']])).toEqual([
    ['error', 'error', [{ a: 1 }]],
    ['error', 'plain error', undefined],
    ['warn', 'warn', ['why', { password: '[redacted]' }]],
    ['info', 'info', undefined],
    ['debug', 'debug', undefined],
    ['debug', 'verbose', undefined],
    ['warn', 'exporter', ['late']],
  ])
  expect(output.records[0]?.error).toMatchObject({ type: 'TypeError', message: 'broken' })
})
