import type { StandardSchemaV1 } from '@standard-schema/spec'
import { config, ConfigError } from './index.ts'

/** What a specification with the one variable `VALUE` makes of a text. */
export function readOne<S extends StandardSchemaV1>(schema: S, text: string | undefined): unknown {
  const env = text === undefined ? {} : { VALUE: text }
  return config({ value: schema }, { env, files: [] }).value
}

/** The messages of the problems that a call throws. */
export function problemsOf(run: () => unknown): readonly string[] {
  return errorOf(run).problems.map(({ variable, message }) => `${variable}: ${message}`)
}

/** The ConfigError that a call throws. */
export function errorOf(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
