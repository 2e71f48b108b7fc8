import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'
import { groupMembers, isGroup, type Group, type Spec } from './group.ts'
import { nearest } from './nearest.ts'
import { quoted } from './quoted.ts'

/** The names and texts that a configuration is read from: `process.env`, or an object like it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Values that win over every other source, by the keys of the specification. */
export type Overrides<S extends Spec> = {
  readonly [K in keyof S]?:
    | (S[K] extends Group<infer Members>
        ? Overrides<Members>
        : S[K] extends StandardSchemaV1
          ? StandardSchemaV1.InferInput<S[K]>
          : never)
    | undefined
}

/** Options of {@link config}. */
export interface ConfigOptions<S extends Spec = Spec> {
  /** What every name begins with, such as `'APP_'`; a name given by `env` is left alone. @default '' */
  readonly prefix?: string
  /** The environment. @default process.env */
  readonly env?: Environment
  /** Values that win over every other source: text to be read, or values as they are written in code. */
  readonly overrides?: Overrides<S>
  /**
   * The `.env` files, highest first; each of them must exist. `[]` reads none.
   * @default `.env.<mode>.local`, `.env.local`, `.env.<mode>`, `.env`, where they exist
   */
  readonly files?: readonly string[]
  /** The directory that relative paths start from. @default process.cwd() */
  readonly directory?: string
  /** The mode in the names of the default files. @default `NODE_ENV` of the environment, else 'production' */
  readonly mode?: string
  /** What to do with a variable under the prefix that nobody reads. Needs a prefix. @default 'warn' */
  readonly unknown?: 'ignore' | 'warn' | 'error'
  /** Receives the warnings, one line each. @default console.warn */
  readonly onWarning?: (message: string) => void
}

/** Options with every default filled in. */
export interface Settings {
  readonly prefix: string
  readonly env: Environment
  readonly overrides: Readonly<Record<string, unknown>>
  readonly files: readonly string[]
  /** Whether a file that does not exist is a problem. */
  readonly filesRequired: boolean
  readonly directory: string
  readonly unknown: 'ignore' | 'warn' | 'error'
  readonly onWarning: (message: string) => void
}

/**
 * Options, checked and with their defaults.
 *
 * @throws {ConfigError} `ERR_CONFIG_OPTION` when one of them makes no sense.
 */
export function settingsOf<S extends Spec>(spec: S, options: ConfigOptions<S>): Settings {
  const { env = process.env, overrides = {}, unknown = 'warn', directory = process.cwd() } = options
  if (!['ignore', 'warn', 'error'].includes(unknown)) {
    throw misuse(`unknown is 'ignore', 'warn' or 'error', not ${quoted(String(unknown))}.`)
  }
  checkOverrides(spec, overrides, '')
  return {
    prefix: prefixOf(options),
    env,
    overrides,
    files: options.files ?? defaultFiles(options.mode ?? (env['NODE_ENV'] || 'production')),
    filesRequired: options.files !== undefined,
    directory,
    unknown,
    onWarning: options.onWarning ?? ((message) => console.warn(message)),
  }
}

/**
 * The prefix of the names.
 *
 * @throws {ConfigError} `ERR_CONFIG_OPTION` when it cannot begin the name of a variable.
 */
export function prefixOf({ prefix = '' }: { readonly prefix?: string }): string {
  if (prefix === '' || /^[A-Za-z_]\w*$/.test(prefix)) return prefix
  throw misuse(`prefix must be letters, digits and underscores, such as 'APP_', not ${quoted(prefix)}.`)
}

function defaultFiles(mode: string): readonly string[] {
  if (!/^[\w.-]+$/.test(mode)) throw misuse(`the mode is part of the name of a file: ${quoted(mode)} cannot be.`)
  return [`.env.${mode}.local`, '.env.local', `.env.${mode}`, '.env']
}

function checkOverrides(spec: Spec, overrides: object, parent: string): void {
  for (const [key, value] of Object.entries(overrides)) {
    const entry = Object.hasOwn(spec, key) ? spec[key] : undefined
    if (!entry)
      throw misuse(`overrides has ${parent}${key}, which is not in the specification.${suggestion(key, spec)}`)
    if (!isGroup(entry) || value === undefined) continue
    if (typeof value !== 'object' || value === null)
      throw misuse(`overrides has ${parent}${key}, a group, but no object.`)
    checkOverrides(groupMembers(entry), value, `${parent}${key}.`)
  }
}

function suggestion(key: string, spec: Spec): string {
  const near = nearest(key, Object.keys(spec))
  return near === undefined ? '' : ` Did you mean ${near}?`
}

function misuse(message: string): ConfigError {
  return new ConfigError('ERR_CONFIG_OPTION', message)
}
