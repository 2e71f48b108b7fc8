import type { ShutdownLogger } from './index.ts'

/** One line of a {@link RecordingLogger}. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly error?: unknown
}

/** A logger that keeps its lines. */
export class RecordingLogger implements ShutdownLogger {
  readonly lines: Line[] = []

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'info', message, fields })
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'warn', message, fields })
  }

  error(error: unknown, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'error', message, fields, error })
  }

  /** The lines of one level. */
  at(level: Line['level']): Line[] {
    return this.lines.filter((line) => line.level === level)
  }
}
