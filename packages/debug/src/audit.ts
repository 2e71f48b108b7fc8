import type { Exchange } from '@seaworthy/middleware'
import type { LevelSwitch } from './level-change.ts'

type Fields = Readonly<Record<string, unknown>>

/** What uses are written to: `log` of `@seaworthy/log`, or a logger of the same shape. */
export interface DebugLogger {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  /** Written whatever the level is, and never held back. Used in the place of the others where there is one. */
  print?(message: string, fields?: Fields): void
}

/** Why somebody was refused. */
export type Refusal = 'not authorised' | 'caused by another site'

/** Writes a line for every use. */
export interface Audit {
  used(x: Exchange, action: string): void
  refused(x: Exchange, reason: Refusal): void
  level(event: 'changed' | 'reverted', change: LevelSwitch): void
}

/** The audit of one `debug()`. A logger that throws disturbs nothing. */
export function createAudit(logger: DebugLogger): Audit {
  const print = (message: string, fields: Fields): void =>
    logger.print ? logger.print(message, fields) : logger.info(message, fields)
  const warn = (message: string, fields: Fields): void =>
    logger.print ? logger.print(message, fields) : logger.warn(message, fields)
  return {
    used: (x, action) => safely(() => print(`debug: ${action}`, { 'debug.action': action, ...about(x) })),
    refused: (x, reason) => safely(() => warn(`debug: refused, ${reason}`, { 'debug.refused': reason, ...about(x) })),
    level: (event, change) => safely(() => print(`debug: level ${event}`, { 'debug.level': change })),
  }
}

function about(x: Exchange): Fields {
  return {
    'http.request.method': x.method,
    'url.path': x.path,
    'client.address': x.client,
    ...(x.caller && { 'debug.caller': x.caller.id }),
  }
}

function safely(write: () => void): void {
  try {
    write()
  } catch {
    // Who may look is decided already; a log that is broken must not decide anew.
  }
}
