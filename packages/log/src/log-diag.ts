import type { DiagLogger } from '@opentelemetry/api'
import type { Fields } from './fields.ts'
import type { Logger } from './logger.ts'

/**
 * Sends what OpenTelemetry has to say about itself to a logger: `diag.setLogger(logDiag(log), DiagLogLevel.WARN)`.
 * `verbose` becomes `debug`.
 */
export function logDiag(logger: Logger): DiagLogger {
  return {
    error(message, ...args) {
      const thrown = args.find((arg) => arg instanceof Error)
      if (thrown === undefined) logger.error(message, fieldsOf(args))
      else logger.error(thrown, message, fieldsOf(args.filter((arg) => arg !== thrown)))
    },
    warn: (message, ...args) => logger.warn(message, fieldsOf(args)),
    info: (message, ...args) => logger.info(message, fieldsOf(args)),
    debug: (message, ...args) => logger.debug(message, fieldsOf(args)),
    verbose: (message, ...args) => logger.debug(message, fieldsOf(args)),
  }
}

function fieldsOf(args: readonly unknown[]): Fields | undefined {
  return args.length === 0 ? undefined : { args }
}
