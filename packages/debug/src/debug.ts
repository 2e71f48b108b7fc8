import { middleware, stack, type Exchange, type MaybePromise, type Middleware } from '@seaworthy/middleware'
import { createActions } from './actions.ts'
import { answerDebug } from './answer-debug.ts'
import { createAudit } from './audit.ts'
import type { DebugControl } from './debug-control.ts'
import { resolveOptions, type DebugOptions } from './debug-options.ts'
import { Inflight } from './inflight.ts'
import { LevelSwitches } from './level-switches.ts'
import { isPayloadLogger, logPayloads } from './log-payloads.ts'
import { watchOutgoingCalls } from './outgoing-calls.ts'
import { RecentRequests } from './recent-requests.ts'

/** What can be seen and changed while a service runs: a middleware that answers below its path. */
export interface Debug extends Middleware {
  /** The same for the program, and for pages in the same process. */
  readonly control: DebugControl
}

/**
 * Answers, for those who may ask, what the service is doing: log level at run time, CPU and heap profiles, a flame
 * graph, requests under way and lately ended, runtime, configuration, routes.
 *
 * Nothing is recorded before somebody asks, but for the requests under way and the last that ended.
 *
 * @returns A middleware that answers `/debug` and everything below it.
 * @throws {DebugError} `ERR_DEBUG_OPTION` when an option cannot be kept.
 */
export function debug(given: DebugOptions): Debug {
  const options = resolveOptions(given)
  const { path, logger, loggers, principal, payloads } = options
  const audit = createAudit(logger)
  const levels = new LevelSwitches({ loggers, principal, tell: audit.level })
  const inflight = new Inflight()
  const recent = new RecentRequests(options.keep)
  const actions = createActions({ options, levels, inflight, recent })
  const below = `${path}/`
  watchOutgoingCalls()

  const part = middleware({
    name: 'debug',
    before(x: Exchange): MaybePromise<Response | void> {
      if (!x.path.startsWith(path) || (x.path.length > path.length && !x.path.startsWith(below))) {
        return inflight.begin(x)
      }
      return answerDebug(x, { name: x.path.slice(below.length), actions, audit, authorize: options.authorize })
    },
    after: (x) => inflight.answered(x),
    settled(x, outcome) {
      if (inflight.end(x)) recent.add(x, outcome)
    },
  })

  const control: DebugControl = {
    path,
    flamePath: `${path}/flame`,
    setLevel: (change) => levels.set(change ?? {}),
    revertLevel: (id) => levels.revert(id),
    levels: () => levels.list(),
    inflight: () => inflight.list(),
    requests: () => recent.list(),
  }
  if (payloads === undefined) return Object.assign(part, { control })
  const shared = isPayloadLogger(logger) ? { logger } : {}
  return Object.assign(stack(part, logPayloads({ ...shared, ...payloads })), { control })
}
