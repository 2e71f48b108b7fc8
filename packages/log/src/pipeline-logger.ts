import { currentExchange, type Exchange } from '@seaworthy/middleware'
import { activeSpan } from './active-span.ts'
import { complain } from './complain.ts'
import { defaultPipeline } from './create-pipeline.ts'
import { errorMessage } from './error-members.ts'
import { FieldSet, joinSets } from './field-set.ts'
import type { Fields, LazyFields } from './fields.ts'
import { givenFields } from './given-fields.ts'
import { jsonText } from './json-text.ts'
import { severity, type LogLevel } from './level.ts'
import { LogError } from './log-error.ts'
import { LoggedRecord } from './log-record.ts'
import { logState } from './log-state.ts'
import type { Logger } from './logger.ts'
import { Pipeline } from './pipeline.ts'
import type { PlainCopy } from './plain-copy.ts'
import { scopeKey } from './request-scope.ts'

/** Marks the loggers of all installed copies of this package that can work together. */
const brand = Symbol.for('seaworthy.log.logger/1')

type Given = Fields | LazyFields | undefined

/** What a call of a logger says. The types of its parts are what a caller without a compiler may give. */
export interface Line {
  readonly level: LogLevel
  readonly msg: unknown
  readonly fields: unknown
  readonly thrown?: unknown
  /** What is compared with the threshold. @default that of the level */
  readonly severity?: number
  /** Whether it is written at once, whatever its request holds back. */
  readonly isImmediate?: boolean
}

/** The fields that a logger's lines have in common, and what they were joined for. */
interface Bound {
  readonly pipeline: Pipeline
  readonly ambient: FieldSet | undefined
  readonly set: FieldSet | undefined
}

/** A logger of one pipeline; or of the current request's, else the process's, when it is given none. */
export class PipelineLogger implements Logger {
  readonly #pipeline: Pipeline | undefined
  readonly #own: FieldSet | undefined
  #bound: Bound | undefined = undefined

  constructor(pipeline: Pipeline | undefined, own: FieldSet | undefined) {
    this.#pipeline = pipeline
    this.#own = own
  }

  debug(msg: string, fields?: Given): void {
    if (severity.debug >= logState.floor) this.#write({ level: 'debug', msg, fields })
  }

  info(msg: string, fields?: Given): void {
    this.#write({ level: 'info', msg, fields })
  }

  warn(msg: string, fields?: Given): void {
    this.#write({ level: 'warn', msg, fields })
  }

  error(subject: unknown, msg?: unknown, fields?: Given): void {
    this.#write(errorLine('error', subject, msg, fields))
  }

  fatal(subject: unknown, msg?: unknown, fields?: Given): void {
    this.#write(errorLine('fatal', subject, msg, fields))
  }

  print(msg: string, fields?: Given): void {
    this.#write({ level: 'info', msg, fields, severity: severity.print, isImmediate: true })
  }

  /** A line about a request, perhaps written outside its ambient scope: never held back. */
  about(x: Exchange, line: Line): void {
    this.#write({ ...line, isImmediate: true }, x)
  }

  #write(line: Line, about?: Exchange): void {
    try {
      const x = about ?? currentExchange()
      const scope = x?.get(scopeKey)
      const pipeline = this.#pipeline ?? scope?.pipeline ?? defaultPipeline()
      if (!pipeline.isOn(line.severity ?? severity[line.level], x)) return
      const record = this.#record(pipeline, line)
      record.requestId = x?.requestId
      if (scope === undefined) pipeline.write(record)
      else scope.take(pipeline, record)
    } catch (error) {
      complain(`a line was not logged: ${errorMessage(error)}`)
    }
  }

  #record(pipeline: Pipeline, { level, msg, fields, thrown, isImmediate }: Line): LoggedRecord {
    const { copy, clock } = pipeline.settings
    const record = new LoggedRecord(copy, clock(), level, typeof msg === 'string' ? msg : messageOf(msg, copy))
    record.span = activeSpan()
    record.bound = this.#boundFor(pipeline)
    record.own = fields === undefined ? undefined : givenFields(fields)
    record.thrown = thrown
    record.isImmediate = isImmediate === true
    return record
  }

  #boundFor(pipeline: Pipeline): FieldSet | undefined {
    const ambient = logState.fields?.getStore()
    const former = this.#bound
    if (former !== undefined && former.pipeline === pipeline && former.ambient === ambient) return former.set
    const set = joinSets(pipeline.fields, ambient, this.#own)
    this.#bound = { pipeline, ambient, set }
    return set
  }

  with(fields: Fields): Logger {
    return new PipelineLogger(this.#pipeline, joinSets(this.#own, new FieldSet(fields)))
  }

  enabled(level: LogLevel): boolean {
    const x = currentExchange()
    const pipeline = this.#pipeline ?? x?.get(scopeKey)?.pipeline ?? defaultPipeline()
    return pipeline.isOn(severity[level], x)
  }

  flush(): void {
    const scope = currentExchange()?.get(scopeKey)
    scope?.release()
    const pipeline = this.#pipeline ?? scope?.pipeline ?? defaultPipeline()
    pipeline.flush()
  }

  /** Where the logger writes outside a request, with its own fields. */
  pipeline(): Pipeline {
    const { settings, fields } = this.#pipeline ?? defaultPipeline()
    return new Pipeline(settings, joinSets(fields, this.#own))
  }
}

Object.defineProperty(PipelineLogger.prototype, brand, { value: true })

/**
 * The pipeline that a logger writes to, with the logger's own fields.
 *
 * @throws {LogError} `ERR_LOG_LOGGER` when the logger is not one of ours.
 */
export function pipelineOf(logger: Logger): Pipeline {
  if (isOurs(logger)) return logger.pipeline()
  throw new LogError(
    'ERR_LOG_LOGGER',
    'The logger was not made by this package. Give one of createLogger(), or its options.',
  )
}

function isOurs(logger: Logger): logger is PipelineLogger {
  return brand in logger
}

/** The forms are `(msg, fields?)`, `(error, fields?)` and `(error, msg, fields?)`. */
function errorLine(level: 'error' | 'fatal', subject: unknown, msg: unknown, fields: Given): Line {
  if (typeof msg === 'string') return { level, msg, fields, thrown: subject }
  if (typeof subject === 'string') return { level, msg: subject, fields: msg ?? fields }
  return { level, msg: errorMessage(subject), fields: msg ?? fields, thrown: subject }
}

function messageOf(msg: unknown, copy: PlainCopy): string {
  return typeof msg === 'object' ? jsonText(copy.value(msg)) : String(msg)
}
