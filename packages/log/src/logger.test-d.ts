import type { DiagLogger } from '@opentelemetry/api'
import type { Middleware } from '@seaworthy/middleware'
import { pino } from 'pino'
import {
  createLogger,
  log,
  logConsole,
  logDiag,
  loggedFetch,
  requestLog,
  withFields,
  type Logger,
  type Output,
} from './index.ts'
import { otelOutput } from './otel.ts'
import { pinoOutput } from './pino.ts'
import { memoryOutput } from './testing.ts'

const logger: Logger = createLogger({
  level: 'silent',
  keys: 'gcp',
  buffer: { lines: 5 },
  debug: (x) => x.path === '/',
})

log.info('message')
log.info('message', { any: Symbol('value') })
log.debug('message', () => ({ made: 'late' }))
log.error('message', { field: 1 })
log.error(new Error('e'))
log.error(new Error('e'), { field: 1 })
log.error({ thrown: 'anything' }, 'message', () => ({}))
log.with({ a: 1 }).fatal(null)

// @ts-expect-error the message comes first
log.info({ field: 1 }, 'message')
// @ts-expect-error fields have names
log.info('message', 5)
// @ts-expect-error there is no level trace
log.trace('message')
// @ts-expect-error print is a call, not a level
createLogger({ level: 'print' })
// @ts-expect-error the presets are known
createLogger({ keys: 'elastic' })
// @ts-expect-error a size has a unit that is known
createLogger({ maxSize: '8 kilobytes' })

const outputs: readonly Output[] = [memoryOutput(), otelOutput(), pinoOutput(pino())]
createLogger({ outputs: ['stdout', 2, ...outputs, { to: outputs[0] ?? 1, level: 'warn' }] })

export const number: number = withFields({ a: 1 }, () => 5)
export const promise: Promise<string> = withFields({ a: 1 }, async () => 'text')
export const middleware: Middleware = requestLog({ logger, fields: (x, { status }) => ({ path: x.path, status }) })
export const fetching: typeof fetch = loggedFetch(fetch)
export const consoles: Console = logConsole(logger)
export const diag: DiagLogger = logDiag(logger)
