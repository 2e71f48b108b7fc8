import type { Plan } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { Entry } from './read-values.ts'

/** How a configuration came about. */
export interface Origin {
  readonly plan: Plan
  readonly entries: readonly Entry[]
}

const origins = new WeakMap<object, Origin>()

/** Keeps the origin of a configuration for as long as the configuration lives. */
export function remember(config: object, origin: Origin): object {
  origins.set(config, origin)
  return config
}

/**
 * The origin of a configuration.
 *
 * @throws {ConfigError} `ERR_CONFIG_FOREIGN` when `config()` or `reload()` did not make it.
 */
export function originOf(config: object): Origin {
  const origin = origins.get(config)
  if (origin) return origin
  throw new ConfigError(
    'ERR_CONFIG_FOREIGN',
    'This is not an object that config() returned: pass that, not a copy or a part of it.',
  )
}
