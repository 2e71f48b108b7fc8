import { HealthError } from './health-error.ts'

/** Where the probes are answered; `false` leaves one out. */
export interface HealthPaths {
  /** @default '/livez' */
  readonly live?: string | false
  /** @default '/readyz' */
  readonly ready?: string | false
  /** @default '/startupz' */
  readonly startup?: string | false
  /** Also the place of each check: `<path>/<name>`. @default '/healthz' */
  readonly health?: string | false
}

const defaults: Required<HealthPaths> = { live: '/livez', ready: '/readyz', startup: '/startupz', health: '/healthz' }

/**
 * The paths with the defaults filled in.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when one is no path, or two are the same.
 */
export function resolvePaths(given: HealthPaths = {}): Required<HealthPaths> {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(defaults, key))
  if (unknown !== undefined) throw invalid(`"${unknown}" is none of ${Object.keys(defaults).join(', ')}.`)
  const { live = defaults.live, ready = defaults.ready, startup = defaults.startup, health = defaults.health } = given
  const paths = { live, ready, startup, health }
  const used = Object.values(paths).filter((path) => path !== false)
  for (const path of used) assertPath(path)
  if (new Set(used).size < used.length) throw invalid('two are the same. Give each its own, or leave one out by false.')
  return paths
}

function assertPath(path: string): void {
  // Requests are compared with the path as it stands in the URL.
  if (typeof path === 'string' && /^\/[^?#*:\s]*[^?#*:\s/]$/.test(path)) return
  throw invalid(`${JSON.stringify(path)} is no path. Write the whole of it, such as "/internal/livez".`)
}

function invalid(what: string): HealthError {
  return new HealthError('ERR_HEALTH_OPTION', `The paths cannot be used: ${what}`)
}
