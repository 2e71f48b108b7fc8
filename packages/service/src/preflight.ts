import { readFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { parseDuration } from '@seaworthy/middleware'
import type { Telemetry } from '@seaworthy/telemetry'
import type { ServiceOptions } from './service-options.ts'

/** Something that is not ready for production. */
export interface PreflightProblem {
  readonly code: 'no_life_cycle' | 'no_drain_delay' | 'no_https' | 'no_checks' | 'no_telemetry' | 'memory_limit'
  readonly problem: string
  readonly cure: string
}

/** Looks for what works on a developer's machine and goes wrong in production. */
export function preflight(options: ServiceOptions, telemetry: Telemetry | undefined): readonly PreflightProblem[] {
  const found = [lifeCycle(options), https(options), checks(options), exports(telemetry), memory()]
  return found.filter((problem) => problem !== undefined)
}

function lifeCycle({ shutdown }: ServiceOptions): PreflightProblem | undefined {
  if (shutdown === false) {
    return {
      code: 'no_life_cycle',
      problem: 'requests in flight are cut when the process is told to stop',
      cure: 'Leave out `shutdown: false`.',
    }
  }
  if (typeof shutdown !== 'object' || shutdown.drainDelay === undefined || parseDuration(shutdown.drainDelay) > 0) {
    return undefined
  }
  return {
    code: 'no_drain_delay',
    problem: 'with no drain delay, load balancers still send requests when the service has stopped listening',
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

function checks({ checks: given, health }: ServiceOptions): PreflightProblem | undefined {
  if (typeof health === 'function' || Object.keys(given ?? {}).length > 0) return undefined
  return {
    code: 'no_checks',
    problem: '/healthz knows of nothing that the service depends on',
    cure: 'Set `checks: { db: postgresCheck(pool) }`.',
  }
}

function exports(telemetry: Telemetry | undefined): PreflightProblem | undefined {
  if (telemetry && (telemetry.exporters.traces.length > 0 || telemetry.exporters.logs.length > 0)) return undefined
  return {
    code: 'no_telemetry',
    problem: 'traces are exported nowhere',
    cure: 'Set OTEL_EXPORTER_OTLP_ENDPOINT to your collector.',
  }
}

/** A heap that may grow beyond the container is killed by the kernel before it is collected. */
function memory(): PreflightProblem | undefined {
  const container = containerLimit()
  const heap = getHeapStatistics().heap_size_limit
  if (container === undefined || heap <= container) return undefined
  return {
    code: 'memory_limit',
    problem: `the heap may grow to ${mebibytes(heap)}, and the container has ${mebibytes(container)}`,
    cure: `Set NODE_OPTIONS=--max-old-space-size=${Math.floor((container * 0.75) / 2 ** 20)}.`,
  }
}

/** The memory limit of the control group, version 2 or 1, in bytes. */
function containerLimit(): number | undefined {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(file, 'utf8'))
      // Version 1 says "no limit" with a number close to the largest one.
      if (Number.isFinite(limit) && limit < 2 ** 60) return limit
    } catch {
      continue
    }
  }
  return undefined
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
