import { parseDurationText, type Duration } from '@seaworthy/middleware'
import { DebugError } from './debug-error.ts'

/** The levels that can be asked for while the process runs. Not `silent`: what was audited would be lost. */
export type RunTimeLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** A change of level that takes itself back. Conditions that are given must all hold. */
export interface LevelChange {
  /** @default 'debug' */
  readonly level?: RunTimeLevel
  /** How long it holds, at most 24 hours. @default '10m' */
  readonly for?: Duration
  /** One of the names in the option `loggers`. @default every logger */
  readonly logger?: string
  /** Only for requests of a route's template, or of a path. */
  readonly route?: string
  /** Only for requests with a header of this value, as `name: value`. */
  readonly header?: string
  /** Only for requests of one caller: `exchange.caller.id`, or what the option `principal` gives. */
  readonly principal?: string
}

/** A change that holds now. The value of a header is not shown: it may be a credential. */
export interface LevelSwitch {
  readonly id: string
  readonly level: RunTimeLevel
  /** When it takes itself back: ISO 8601, in UTC. */
  readonly until: string
  readonly logger?: string
  readonly route?: string
  /** The name of the header. */
  readonly header?: string
  readonly principal?: string
}

/** A change with nothing left out. */
export interface ParsedChange {
  readonly level: RunTimeLevel
  /** Milliseconds. */
  readonly for: number
  readonly logger?: string
  readonly route?: string
  readonly header?: { readonly name: string; readonly value: string }
  readonly principal?: string
}

const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'fatal'] satisfies RunTimeLevel[]
const members = new Set(['level', 'for', 'logger', 'route', 'header', 'principal'])
const longest = 24 * 60 * 60 * 1000

/** Whether a change can have a member of this name. */
export function isChangeMember(name: string): boolean {
  return members.has(name)
}

/**
 * Reads a change that came from outside or from the program. A member that is not known is refused: left aside, a
 * misspelt condition would switch for everybody.
 *
 * @throws {DebugError} `ERR_DEBUG_LEVEL` with what to write instead.
 */
export function parseChange(given: Readonly<Record<string, unknown>>): ParsedChange {
  const stranger = Object.keys(given).find((name) => !members.has(name))
  if (stranger !== undefined)
    throw invalid(`There is no member "${stranger}".`, `Known are ${[...members].join(', ')}.`)
  return {
    level: given['level'] === undefined ? 'debug' : readLevel(given['level']),
    for: readFor(given['for'] === undefined ? '10m' : given['for']),
    ...readText(given, 'logger'),
    ...readText(given, 'route'),
    ...readText(given, 'principal'),
    ...(given['header'] !== undefined && { header: readHeader(given['header']) }),
  }
}

function readLevel(level: unknown): RunTimeLevel {
  if (isLevel(level)) return level
  throw invalid('The level is not known.', `Write one of ${levels.join(', ')}.`)
}

function isLevel(level: unknown): level is RunTimeLevel {
  return typeof level === 'string' && levels.includes(level)
}

function readFor(duration: unknown): number {
  const length = typeof duration === 'string' ? fromText(duration) : typeof duration === 'number' ? duration : NaN
  if (length > 0 && length <= longest) return length
  throw invalid('It cannot hold for that long.', 'Write a duration of at most 24 hours, such as "10m".')
}

function fromText(text: string): number {
  try {
    return parseDurationText(text)
  } catch {
    return NaN
  }
}

function readText<N extends string>(given: Readonly<Record<string, unknown>>, name: N): { readonly [K in N]?: string } {
  const text = given[name]
  if (text === undefined) return {}
  if (typeof text !== 'string' || text === '')
    throw invalid(`"${name}" is no text.`, 'Write it as a string, or leave it out.')
  return { [name]: text } as { readonly [K in N]: string }
}

function readHeader(header: unknown): { readonly name: string; readonly value: string } {
  const [, name, value] = (typeof header === 'string' && /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(\S.*)$/.exec(header)) || []
  if (name === undefined || value === undefined)
    throw invalid('The header cannot be read.', 'Write it as "name: value".')
  return { name: name.toLowerCase(), value: value.trimEnd() }
}

/** The error for a change that cannot be made. */
export function invalid(problem: string, cure: string): DebugError {
  return new DebugError('ERR_DEBUG_LEVEL', `${problem} ${cure}`)
}
