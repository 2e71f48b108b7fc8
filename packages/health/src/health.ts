import { type Exchange, type Middleware, type MaybePromise, middleware, registerProbe } from '@seaworthy/middleware'
import { answerProbe, unknownCheck } from './answer-probe.ts'
import { changeListeners } from './change-listeners.ts'
import { checkBoard } from './check-board.ts'
import type { HealthChange } from './check-result.ts'
import { systemClock } from './clock.ts'
import { defineCheck } from './defined-check.ts'
import { HealthError } from './health-error.ts'
import { assertHealthOptions, type HealthOptions } from './health-options.ts'
import { resolvePaths } from './health-paths.ts'
import { probeRoutes } from './probe-routes.ts'
import { createProbes } from './probes.ts'
import type { Report } from './report.ts'
import { consoleLogger, logTransition } from './transition-log.ts'

/** The health of a service: a middleware that answers the probes, and the same answers for the program. */
export interface Health extends Middleware {
  /**
   * Asks all checks, or one. Results younger than the TTL are used again.
   *
   * @throws {HealthError} `ERR_HEALTH_UNKNOWN_CHECK` (as a rejection) when there is no check of that name.
   */
  check(name?: string): Promise<Report>
  /** What is known now, without asking anyone. A check that was never asked is absent. */
  readonly report: Report
  /**
   * Calls the listener whenever a check takes a new status; a first result counts when it does not pass.
   *
   * @returns A function that ends it.
   */
  on(event: 'change', listener: (change: HealthChange) => void): () => void
  /** The paths that are answered. */
  readonly paths: readonly string[]
  /** Ends the intervals and the metrics. Probes are answered as before, on demand. */
  close(): void
}

/**
 * Answers liveness, readiness and start-up probes, and reports on what the service depends on.
 *
 * Nothing is called before somebody asks: a probe, {@link Health.check}, or a listener for changes.
 *
 * @returns A middleware that answers `/livez`, `/readyz`, `/startupz`, `/healthz` and `/healthz/<check>`.
 * @throws {HealthError} `ERR_HEALTH_OPTION`, `ERR_HEALTH_CHECK` or `ERR_HEALTH_CHECK_NAME` when an option cannot be
 *   kept.
 */
export function health(options: HealthOptions = {}): Health {
  assertHealthOptions(options)
  const { version, lifecycle, timeout = '800ms', ttl = '1s', staleAfter, clock = systemClock } = options
  const { format = 'health+json', details = 'never', logger = consoleLogger } = options
  const given = Object.entries(options.checks ?? {})
  const checks = given.map(([name, check]) => defineCheck(name, check, { timeout, ttl, staleAfter }))
  const names = checks.map(({ name }) => name)
  const routes = probeRoutes(resolvePaths(options.paths), names)
  const listeners = changeListeners()
  if (logger) listeners.add((change) => logTransition(logger, change))
  const board = checkBoard(checks, clock, listeners.tell)
  const probes = createProbes({ board, clock, version, lifecycle })
  const answer = { format, details }
  routes.paths.forEach(registerProbe)

  function before(x: Exchange): MaybePromise<Response | void> {
    const question = routes.find(x.path)
    if (question !== undefined) return answerProbe(x, () => question(probes), answer)
    if (routes.isUnknownCheck(x.path)) return unknownCheck()
  }

  async function check(name?: string): Promise<Report> {
    if (name === undefined) return probes.health()
    if (names.includes(name)) return probes.check(name)
    const known = names.join(', ') || 'none'
    throw new HealthError('ERR_HEALTH_UNKNOWN_CHECK', `There is no check "${name}". There are: ${known}.`)
  }

  function on(_event: 'change', listener: (change: HealthChange) => void): () => void {
    void board.ask(({ interval }) => interval !== undefined)
    return listeners.add(listener)
  }

  const part = middleware({ name: 'health', before })
  const members = { check, on, close: board.close, paths: routes.paths, report: probes.known() }
  return Object.defineProperty(Object.assign(part, members), 'report', { get: probes.known })
}
