/** Receives what a shutdown has to say. A logger of `@seaworthy/log` is one. */
export interface ShutdownLogger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(error: unknown, message: string, fields?: Readonly<Record<string, unknown>>): void
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
