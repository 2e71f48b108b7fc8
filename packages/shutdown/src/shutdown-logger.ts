/** Receives what a shutdown has to say. A logger of `@seaworthy/log` is one. */
export interface ShutdownLogger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(error: unknown, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** The same logger, which never throws: a broken one must not keep a service from stopping. */
export function unfailing(logger: ShutdownLogger): ShutdownLogger {
  const attempt = (log: () => void): void => {
    try {
      log()
    } catch {
      // There is nobody left to tell.
    }
  }
  return {
    info: (message, fields) => attempt(() => logger.info(message, fields)),
    warn: (message, fields) => attempt(() => logger.warn(message, fields)),
    error: (error, message, fields) => attempt(() => logger.error(error, message, fields)),
  }
}

/** Lines on standard error. */
export const consoleLogger: ShutdownLogger = {
  info: (message, fields) => print(message, fields),
  warn: (message, fields) => print(message, fields),
  error: (error, message, fields) => print(message, fields, error),
}

function print(message: string, fields: Readonly<Record<string, unknown>> = {}, ...rest: readonly unknown[]): void {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  console.error(`shutdown: ${message}${pairs.join('')}`, ...rest)
}
