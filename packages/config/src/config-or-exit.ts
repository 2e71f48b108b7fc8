import { writeSync } from 'node:fs'
import { config, type Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigOptions } from './config-options.ts'
import type { Spec } from './group.ts'

/**
 * The configuration, or the end of the process: with problems, they are written to stderr without a stack, and the
 * process exits with 1.
 *
 * @throws {ConfigError} `ERR_CONFIG_ASYNC`, `ERR_CONFIG_SPEC` or `ERR_CONFIG_OPTION` when the call itself is mistaken.
 */
export function configOrExit<const S extends Spec>(spec: S, options: ConfigOptions<S> = {}): Config<S> {
  try {
    return config(spec, options)
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== 'ERR_CONFIG_INVALID') throw error
    // Written at once: what is still in a stream's buffer is lost at exit.
    writeSync(2, `${error.message}\n`)
    process.exit(1)
  }
}
