import type { LogRecord } from './log-record.ts'

/** Turns a record into the text of its line, without the line feed at its end. */
export type Format = (record: LogRecord) => string

/**
 * The formats that are built in: `json` for machines, `text` (logfmt) for machines and people, `terminal` for people.
 */
export type FormatName = 'json' | 'text' | 'terminal'
