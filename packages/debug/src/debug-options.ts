import { log, type Logger } from '@seaworthy/log'
import type { Exchange } from '@seaworthy/middleware'
import type { DebugAccess } from './access.ts'
import type { DebugLogger } from './audit.ts'
import { invalidOption } from './debug-error.ts'
import type { LevelledLogger } from './levelled-logger.ts'
import type { LogPayloadsOptions } from './log-payloads.ts'
import type { Route } from './shown-routes.ts'

/** Settings of `debug()`. */
export interface DebugOptions {
  /**
   * Who may use it: `'loopback'` is whoever calls from this machine and through no proxy; a function decides for each
   * request. There is no default.
   */
  readonly authorize: DebugAccess
  /** Where it is answered. @default '/debug' */
  readonly path?: string
  /**
   * What `/debug/config` shows, with values hidden whose names look secret: the configuration itself, or a function
   * such as `() => explain(cfg)` of `@seaworthy/config`, which also tells where values came from.
   *
   * @default nothing is shown
   */
  readonly config?: object | (() => unknown)
  /** What `/debug/routes` shows: `() => policy.routes(app)`, or `() => app.routes`. @default nothing is shown */
  readonly routes?: () => readonly Route[]
  /** Where uses are written. @default `log` of `@seaworthy/log` */
  readonly logger?: DebugLogger
  /** Loggers that a change of level can name: of `@seaworthy/log`, or any whose `level` can be set. @default none */
  readonly loggers?: Readonly<Record<string, Logger | LevelledLogger>>
  /** Who calls, for changes of level for one caller. @default (x) => x.caller?.id */
  readonly principal?: (x: Exchange) => string | undefined
  /** The longest recording, in seconds, from 1 to 3600. @default 60 */
  readonly maxSeconds?: number
  /** Whether heap snapshots can be taken. One stops the process meanwhile, and holds every secret. @default false */
  readonly heapSnapshots?: boolean
  /** How many requests are kept when they have ended, and how many failed ones beside them, from 1 to 10,000. @default 200 */
  readonly keep?: number
  /** Whether Clue's `GET /debug?debug-logs=on` and `off` change the level as well. @default false */
  readonly clue?: boolean
  /** Logs payloads, as `logPayloads` does. @default they are not logged */
  readonly payloads?: LogPayloadsOptions
}

/** Options with nothing left out but what has no default. */
export type ResolvedOptions = Required<Omit<DebugOptions, 'config' | 'routes' | 'payloads'>> &
  Pick<DebugOptions, 'config' | 'routes' | 'payloads'>

const defaults = {
  path: '/debug',
  logger: log,
  loggers: {},
  principal: (x: Exchange): string | undefined => x.caller?.id,
  maxSeconds: 60,
  heapSnapshots: false,
  keep: 200,
  clue: false,
}

/**
 * The options with their defaults.
 *
 * @throws {DebugError} `ERR_DEBUG_OPTION` with what to write instead.
 */
export function resolveOptions(given: DebugOptions): ResolvedOptions {
  const named = Object.entries(given).filter(([, value]) => value !== undefined)
  const options: ResolvedOptions = { ...defaults, authorize: given.authorize, ...Object.fromEntries(named) }
  assertAccess(options.authorize)
  assertPath(options.path)
  assertCount('maxSeconds', options.maxSeconds, 3600)
  assertCount('keep', options.keep, 10_000)
  const { logger, routes, config } = options
  if (typeof logger?.info !== 'function' || typeof logger.warn !== 'function') {
    throw invalidOption('logger', 'Pass an object with `info` and `warn`.')
  }
  if (routes !== undefined && typeof routes !== 'function') {
    throw invalidOption('routes', 'Write a function: () => policy.routes(app).')
  }
  if (config !== undefined && (config === null || !['object', 'function'].includes(typeof config))) {
    throw invalidOption('config', 'Pass the configuration, or a function: () => explain(cfg).')
  }
  return options
}

function assertAccess(authorize: DebugAccess): void {
  if (authorize === 'loopback' || typeof authorize === 'function') return
  throw invalidOption('authorize', 'Write "loopback", or a function that is true for whom you let in.')
}

function assertPath(path: string): void {
  if (typeof path === 'string' && /^(?:\/[\w.~-]+)+$/.test(path)) return
  throw invalidOption('path', 'Write it from the root on and without a slash at its end, such as "/debug".')
}

function assertCount(option: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return
  throw invalidOption(option, `Write a whole number from 1 to ${most}.`)
}
