import { isSeaworthyError, type SeaworthyError } from '@seaworthy/middleware'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError, type Problem } from './config-error.ts'
import type { Settings } from './config-options.ts'
import { findValue, type Found, type Source } from './find-value.ts'
import { freezeDeep } from './freeze-deep.ts'
import type { Layer } from './layers.ts'
import { missingText, wrongValueText } from './problem-text.ts'
import { validateNow, validateUnset } from './validate-now.ts'
import type { Variable } from './variables.ts'

/** A variable with its value. */
export interface Entry {
  readonly variable: Variable
  /** The value that the configuration has: frozen. */
  readonly value: unknown
  /** What it was read from; `undefined` for a default. */
  readonly raw: unknown
  readonly source: Source
  readonly from?: string
}

/** Every value that could be read, and every problem with the others. */
export interface Reading {
  readonly entries: readonly Entry[]
  readonly problems: readonly Problem[]
}

/**
 * Reads every variable.
 *
 * @param strays - Variables that are set and that nobody reads: one of them may be a slip of the keyboard.
 */
export function readValues(
  variables: readonly Variable[],
  layers: readonly Layer[],
  strays: readonly string[],
  settings: Settings,
): Reading {
  const entries: Entry[] = []
  const problems: Problem[] = []
  for (const variable of variables) {
    const { entry, messages } = readValue(variable, layers, strays, settings)
    if (entry) entries.push(entry)
    problems.push(...messages.map((message) => ({ variable: variable.name, message })))
  }
  return { entries, problems }
}

interface ValueReading {
  readonly entry?: Entry
  readonly messages: readonly string[]
}

function readValue(
  variable: Variable,
  layers: readonly Layer[],
  strays: readonly string[],
  settings: Settings,
): ValueReading {
  const fallback = readDefault(variable)
  const search = findValue(variable, layers, settings)
  if (search && 'problem' in search) return { messages: [...fallback.messages, search.problem] }
  if (search) return merge(fallback.messages, readFound(variable, search))
  if (fallback.entry || fallback.messages.length > 0) return fallback
  return readUnset(variable, layers, strays)
}

function merge(messages: readonly string[], reading: ValueReading): ValueReading {
  return messages.length === 0 ? reading : { messages: [...messages, ...reading.messages] }
}

/** Defaults are validated whether they are used or not: a wrong one must not wait for the day it is needed. */
function readDefault(variable: Variable): ValueReading {
  const value = variable.info.default
  if (value === undefined) return { messages: [] }
  return readFound(variable, { value, source: 'default', where: 'as its default' })
}

function readFound(variable: Variable, found: Found): ValueReading {
  const result = attempt(variable, () => validateNow(variable.schema, found.value))
  if (result.issues) return { messages: [wrongValueText(variable, found, result.issues)] }
  const { source, from } = found
  const raw = source === 'default' ? undefined : found.value
  return { entry: { variable, value: result.value, raw, source, ...(from !== undefined && { from }) }, messages: [] }
}

function readUnset(variable: Variable, layers: readonly Layer[], strays: readonly string[]): ValueReading {
  const result = attempt(variable, () => validateUnset(variable.schema))
  if (result.issues) return { messages: [missingText(variable, result.issues, layers, strays)] }
  const source = result.value === undefined ? 'unset' : 'default'
  return { entry: { variable, value: result.value, raw: undefined, source }, messages: [] }
}

/** Runs a schema and freezes what it gives. A schema that throws has refused. */
function attempt(
  variable: Variable,
  validate: () => StandardSchemaV1.Result<unknown>,
): StandardSchemaV1.Result<unknown> {
  try {
    const result = validate()
    return result.issues ? result : { value: freezeDeep(result.value) }
  } catch (error) {
    if (isAsync(error)) throw new ConfigError(error.code, `${variable.name}: ${error.message}`)
    return { issues: [{ message: `its schema threw ${error instanceof Error ? error.message : 'a value'}` }] }
  }
}

function isAsync(error: unknown): error is SeaworthyError<'ERR_CONFIG_ASYNC'> {
  return isSeaworthyError(error) && error.code === 'ERR_CONFIG_ASYNC'
}
