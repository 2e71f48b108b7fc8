import { parseDuration } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'
import type { Telemetry } from '@seaworthy/telemetry'
import { memoryLimits, type MemoryLimits } from './memory-limit.ts'
import type { PreflightProblem } from './preflight-problem.ts'
import type { ServiceOptions } from './service-options.ts'
import { uncoveredRoutes } from './uncovered-routes.ts'

/**
 * Looks for what works on a developer's machine and goes wrong in production.
 *
 * @param app - The application, where it is known: its routes are compared with what policies cover.
 */
export function preflight(
  options: ServiceOptions,
  telemetry: Telemetry | undefined,
  app?: App,
  limits: MemoryLimits | undefined = memoryLimits(),
): readonly PreflightProblem[] {
  const found = [lifeCycle(options), https(options), checks(options), endpoint(options, telemetry), memory(limits)]
  return [...found.filter((problem) => problem !== undefined), ...loopback(options), ...routes(options, app)]
}

function lifeCycle({ shutdown }: ServiceOptions): PreflightProblem | undefined {
  if (shutdown === false) {
    return {
      code: 'no_life_cycle',
      problem: 'requests in flight and telemetry are lost when the process is told to stop',
      cure: 'Leave out `shutdown: false`.',
    }
  }
  if (typeof shutdown !== 'object' || shutdown.drainDelay === undefined || parseDuration(shutdown.drainDelay) > 0) {
    return undefined
  }
  return {
    code: 'no_drain_delay',
    problem: 'without a drain delay, load balancers still send requests when the service has stopped listening',
    cure: "Set `shutdown: { drainDelay: '5s' }`.",
  }
}

function https({ server, trustProxy = false }: ServiceOptions): PreflightProblem | undefined {
  if (server?.tls || trustProxy !== false) return undefined
  return {
    code: 'no_https',
    problem: 'it serves plain HTTP, and believes no proxy that could have ended TLS in front of it',
    cure: "Set `trustProxy: 'private'` behind a proxy, or `server: { tls }`.",
  }
}

/** Health that was handed over ready made has checks of its own, or none on purpose. */
function checks({ checks: given = {}, health }: ServiceOptions): PreflightProblem | undefined {
  if (typeof health === 'function') return undefined
  if (health === false) {
    return {
      code: 'no_checks',
      problem: 'no probe is answered, so that nobody can tell whether it works',
      cure: 'Leave out `health: false`.',
    }
  }
  if (Object.keys(given).length > 0) return undefined
  return {
    code: 'no_checks',
    problem: '/healthz knows of nothing that the service depends on',
    cure: 'Set `checks: { db: postgresCheck(pool) }`.',
  }
}

function endpoint(options: ServiceOptions, telemetry: Telemetry | undefined): PreflightProblem | undefined {
  if (telemetry && (telemetry.exporters.traces.length > 0 || telemetry.exporters.logs.length > 0)) return undefined
  return {
    code: 'no_telemetry',
    problem: 'traces and logs are sent to no collector',
    cure: `${options.telemetry === false ? 'Leave out `telemetry: false`, and set' : 'Set'} OTEL_EXPORTER_OTLP_ENDPOINT.`,
  }
}

/** What was handed over ready made does not tell whom it lets in. */
function loopback(options: ServiceOptions): readonly PreflightProblem[] {
  return (['debug', 'console'] as const)
    .filter((name) => letsLoopbackIn(options[name]))
    .map((name) => ({
      code: `${name}_loopback`,
      problem: `\`${name}\` answers whoever connects from this machine, as a sidecar does, and a proxy that adds no header`,
      cure: `Set \`${name}: { authorize }\` to a function that asks for a credential.`,
    }))
}

function letsLoopbackIn(setting: ServiceOptions['debug' | 'console']): boolean {
  if (typeof setting !== 'object' || setting.authorize !== 'loopback') return false
  return !('enabled' in setting) || setting.enabled !== false
}

/** A heap that may outgrow its container is killed by the kernel before it is collected. */
function memory(limits: MemoryLimits | undefined): PreflightProblem | undefined {
  if (limits === undefined || limits.heap <= limits.available) return undefined
  const { heap, available } = limits
  return {
    code: 'memory_limit',
    problem: `the heap may grow to ${mebibytes(heap)} MiB, and there are ${mebibytes(available)} MiB of memory`,
    cure: `Set NODE_OPTIONS=--max-old-space-size=${Math.floor((available * 0.75) / 2 ** 20)}.`,
  }
}

/** A policy says what is wrong with a route and, after a colon, what to do. */
function routes({ guards = [] }: ServiceOptions, app: App | undefined): readonly PreflightProblem[] {
  return uncoveredRoutes(guards, app).map((complaint) => {
    const [, problem = complaint, cure = 'put it under a policy'] = /^(.*?): (.*)$/s.exec(complaint) ?? []
    return { code: 'uncovered_route', problem: withoutStop(problem), cure: `${sentence(withoutStop(cure))}.` }
  })
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
