import type { SpanContext } from '@opentelemetry/api'
import type { FieldSet } from './field-set.ts'
import { put, type Fields } from './fields.ts'
import type { LogLevel } from './level.ts'
import type { PlainCopy } from './plain-copy.ts'
import { plainSize, type Plain, type PlainFields } from './plain.ts'

/** A line before it is formatted: what a {@link Format} or an {@link Output} is given. */
export interface LogRecord {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly level: LogLevel
  readonly msg: string
  /** The span that was active, when it is valid. */
  readonly span: SpanContext | undefined
  readonly requestId: string | undefined
  /** What was given to `error` or `fatal`, as plain data: redacted and cut. */
  readonly error: Plain | undefined
  /** All fields as plain data: redacted, cut, a later one over an earlier one of the same name. */
  readonly fields: PlainFields
  /** Whether its request has held it back: it is written later than it was logged. */
  readonly isHeld: boolean
}

/** The record that our own loggers make. It keeps what it was given, so that a fast format need not copy it. */
export class LoggedRecord implements LogRecord {
  readonly time: number
  readonly level: LogLevel
  readonly msg: string
  span: SpanContext | undefined = undefined
  requestId: string | undefined = undefined
  /** The fields of the logger and of its scopes. */
  bound: FieldSet | undefined = undefined
  /** What was thrown: as it was given, or as plain data. */
  thrown: unknown = undefined
  /** The fields of the call: as they were given, or as plain data. */
  own: Fields | undefined = undefined
  /** Whether `thrown` and `own` are plain data. */
  isPlain = false
  isHeld = false
  /** Whether it is written at once, whatever its request holds back. */
  isImmediate = false
  readonly #copy: PlainCopy
  #error: Plain | undefined = undefined
  #own: PlainFields = {}

  constructor(copy: PlainCopy, time: number, level: LogLevel, msg: string) {
    this.#copy = copy
    this.time = time
    this.level = level
    this.msg = copy.text(msg)
  }

  get error(): Plain | undefined {
    this.makePlain()
    return this.#error
  }

  get fields(): PlainFields {
    this.makePlain()
    const fields = this.bound?.copied(this.#copy) ?? {}
    for (const [name, value] of Object.entries(this.#own)) put(fields, name, value)
    return fields
  }

  /** Copies what was given: what happens to it later does not show in the line. */
  makePlain(): void {
    if (this.isPlain) return
    if (this.own !== undefined) this.own = this.#own = this.#copy.fields(this.own)
    if (this.thrown !== undefined) this.thrown = this.#error = this.#copy.member('error', this.thrown)
    this.isPlain = true
  }

  /** Has the record kept for later. */
  hold(): void {
    this.makePlain()
    this.bound = this.bound?.plain(this.#copy)
    this.isHeld = true
  }

  /** About how much memory the record takes on its own, in bytes. */
  get size(): number {
    this.makePlain()
    return 200 + this.msg.length + plainSize(this.#own) + (this.#error === undefined ? 0 : plainSize(this.#error))
  }
}
