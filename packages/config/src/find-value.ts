import { resolve } from 'node:path'
import type { Settings } from './config-options.ts'
import type { Layer } from './layers.ts'
import { quoted } from './quoted.ts'
import { readTextFile } from './read-text-file.ts'
import type { Variable } from './variables.ts'

/** Where a value came from. */
export type Source = 'override' | 'environment' | 'file' | 'dotenv' | 'default' | 'unset'

/** A value as it was found, before it is read. */
export interface Found {
  readonly value: unknown
  readonly source: Source
  /** The `.env` file, or the variable that named the file. */
  readonly from?: string
  /** The place, for people: `in the environment`. */
  readonly where: string
}

/** A value, or why the search for it failed; `undefined` when it is not set anywhere. */
export type Search = Found | { readonly problem: string } | undefined

/** Looks for the value of a variable, from the highest source to the lowest. */
export function findValue(variable: Variable, layers: readonly Layer[], settings: Settings): Search {
  const override = overrideOf(variable.path, settings.overrides)
  if (override !== undefined && override !== '') {
    return { value: override, source: 'override', where: 'in the overrides' }
  }
  for (const layer of layers) {
    const search = findInLayer(variable, layer, settings.directory)
    if (search) return search
  }
  return undefined
}

function overrideOf(path: readonly string[], overrides: Readonly<Record<string, unknown>>): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), overrides)
}

function findInLayer({ name, fileName, hidden }: Variable, layer: Layer, directory: string): Search {
  const text = layer.values.get(name)
  const path = layer.values.get(fileName)
  if (text !== undefined && path !== undefined) {
    return { problem: `${name} and ${fileName} are both set in ${layer.label}: keep one of them` }
  }
  if (text !== undefined) return inLayer(text, layer)
  if (path === undefined) return undefined
  const file = readTextFile(resolve(directory, path))
  // The path may be the secret itself, put into the wrong variable.
  const shown = hidden ? '' : ` (${quoted(path)})`
  if (file.text === undefined) return { problem: `the file that ${fileName} names${shown} ${file.reason}` }
  const value = file.text.replace(/\r?\n$/, '')
  return value === ''
    ? undefined
    : { value, source: 'file', from: fileName, where: `in the file that ${fileName} names` }
}

function inLayer(value: string, { source, label }: Layer): Found {
  return { value, source, where: `in ${label}`, ...(source === 'dotenv' && { from: label }) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
