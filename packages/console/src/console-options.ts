import { isDevelopment } from '@seaworthy/middleware'
import type { ConsoleAccess } from './access.ts'
import { ConsoleError } from './console-error.ts'
import type { ConfigValue, DebugSource, HealthSource, Route } from './console-sources.ts'
import { resolveRetain, type Retain, type RetainOptions } from './retain.ts'

/** Settings of `consolePage()`. */
export interface ConsoleOptions {
  /** Where the page is, as clients ask for it: from the root on, also where the console stands in a sub-application. @default '/_console' */
  readonly path?: string
  /** How much is kept. */
  readonly retain?: RetainOptions
  /**
   * Whether there is a console at all. Where there is none, requests pass, and telemetry is not kept.
   *
   * @default whether `NODE_ENV` is `development` or `test`, or `authorize` is given
   */
  readonly enabled?: boolean
  /**
   * Who may use it, and send telemetry to it: `'loopback'` is whoever calls from this machine and through no proxy; a
   * function decides for each request.
   *
   * @default 'loopback' in development; else there is none, and the console is off
   */
  readonly authorize?: ConsoleAccess
  /**
   * Host names under which the console may be asked for, where `authorize` is a function: `['orders.internal']`.
   * `localhost` and addresses need not be named.
   *
   * @default []
   */
  readonly hosts?: readonly string[]
  /** The service's `debug()`: logging more for a while, requests under way, flame graphs. */
  readonly debug?: DebugSource
  /** The service's `health()`. */
  readonly health?: HealthSource
  /** The routes: `() => policy.routes(app)`, or `() => app.routes`. */
  readonly routes?: () => readonly Route[]
  /** Where the configuration came from, secrets redacted: `() => explain(cfg)`. */
  readonly config?: () => readonly ConfigValue[]
  /** The time in milliseconds since 1970. @default Date */
  readonly clock?: { now(): number }
}

/** {@link ConsoleOptions} with their defaults. */
export interface ResolvedConsole extends ConsoleOptions {
  readonly path: string
  readonly enabled: boolean
  readonly access: ConsoleAccess
  readonly hosts: readonly string[]
  readonly limits: Retain
  readonly clock: { now(): number }
}

/**
 * The options with their defaults.
 *
 * @throws {ConsoleError} `ERR_CONSOLE_OPTION` with what to write instead, `ERR_CONSOLE_UNGUARDED` where it is enabled
 *   outside development and `authorize` is missing.
 */
export function resolveConsole(options: ConsoleOptions): ResolvedConsole {
  const { path = '/_console', hosts = [], authorize, clock = Date } = options
  assertPath(path)
  assertAuthorize(authorize)
  assertSources(options)
  for (const host of hosts) assertHost(host)
  const development = isDevelopment()
  const enabled = options.enabled ?? (development || authorize !== undefined)
  if (enabled && !development && authorize === undefined) {
    throw new ConsoleError(
      'ERR_CONSOLE_UNGUARDED',
      'The console shows everything that the service does. Outside development, say who may see it: ' +
        "authorize: 'loopback', or a function.",
    )
  }
  const limits = resolveRetain(options.retain)
  return { ...options, path, enabled, access: authorize ?? 'loopback', hosts, limits, clock }
}

function assertPath(path: string): void {
  if (typeof path === 'string' && /^(?:\/[\w.~-]+)+$/.test(path)) return
  throw invalid('path', 'Write it from the root on and without a slash at its end, such as "/_console".')
}

function assertAuthorize(authorize: unknown): void {
  if (authorize === undefined || authorize === 'loopback' || typeof authorize === 'function') return
  throw invalid('authorize', 'Write "loopback", or a function that is true for whom you let in.')
}

function assertSources({ routes, config, health, debug }: ConsoleOptions): void {
  if (routes !== undefined && typeof routes !== 'function') throw invalid('routes', 'Write () => policy.routes(app).')
  if (config !== undefined && typeof config !== 'function') throw invalid('config', 'Write () => explain(cfg).')
  if (health !== undefined && typeof health.check !== 'function') {
    throw invalid('health', 'Write what health() gave, or an object with `check`.')
  }
  if (debug !== undefined && typeof debug.control?.levels !== 'function') {
    throw invalid('debug', 'Write what debug() gave, or an object with such a `control`.')
  }
}

function assertHost(host: string): void {
  if (/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(host)) return
  throw invalid('hosts', 'Write names without a scheme and a port, such as "orders.internal".')
}

function invalid(name: string, cure: string): ConsoleError {
  return new ConsoleError('ERR_CONSOLE_OPTION', `${name} cannot be used. ${cure}`)
}
