import type { HealthChange } from './check-result.ts'

/** What transitions are written to: `log` of `@seaworthy/log` or a logger of the same shape. */
export interface HealthLogger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Lines on standard error, of the message alone: the console would spread the fields over several. */
export const consoleLogger: HealthLogger = {
  info: (message) => console.error(message),
  warn: (message) => console.error(message),
}

/** Writes one line for a check that changed: a warning unless it passes. */
export function logTransition(logger: HealthLogger, { name, from, to, result }: HealthChange): void {
  const fields = {
    'health.check.name': name,
    'health.check.kind': result.kind,
    'health.check.status': to,
    'health.check.previous_status': from,
    'health.check.output': result.output,
  }
  if (to === 'pass') return logger.info(`health check ${name} passes again`, fields)
  const reason = result.output === undefined ? '' : `: ${result.output}`
  logger.warn(`health check ${name} ${to === 'fail' ? 'fails' : 'warns'}${reason}`, fields)
}
