import type { CheckStatus } from './check.ts'
import type { CheckResult } from './check-result.ts'
import type { Lifecycle, LifecycleState } from './lifecycle.ts'

/** How a service stands. */
export interface Report {
  /** `fail` is answered with 503, the others with 200. */
  readonly status: CheckStatus
  readonly version: string | undefined
  /** Whole seconds since `health()` was called. */
  readonly uptime: number
  /** When the report was made: ISO 8601, UTC. */
  readonly time: string
  readonly lifecycle: LifecycleState | undefined
  /** What else a person should know, such as `ERR_LIFECYCLE_NOT_MOUNTED: …`. */
  readonly notes: readonly string[]
  readonly checks: Readonly<Record<string, CheckResult>>
}

/** The worst of some statuses; `pass` when there are none. */
export function worst(statuses: readonly CheckStatus[]): CheckStatus {
  if (statuses.includes('fail')) return 'fail'
  return statuses.includes('warn') ? 'warn' : 'pass'
}

/** What a result means for `/healthz`, by the kind of its check. */
export function statusForHealth({ kind, status }: CheckResult): CheckStatus {
  if (kind === 'critical') return status
  return kind === 'degraded' && status !== 'pass' ? 'warn' : 'pass'
}

/** What the life cycle means for `/healthz`. */
export function lifecycleStatus(lifecycle: Lifecycle | undefined): CheckStatus {
  if (lifecycle === undefined) return 'pass'
  if (lifecycle.state === 'stopped') return 'fail'
  return lifecycle.state === 'ready' && lifecycle.mounted !== false ? 'pass' : 'warn'
}

/** What the life cycle makes worth saying. */
export function lifecycleNotes(lifecycle: Lifecycle | undefined): readonly string[] {
  if (lifecycle === undefined) return []
  const notes = lifecycle.state === 'ready' ? [] : [`The life cycle is ${lifecycle.state}.`]
  return lifecycle.mounted === false ? [...notes, notMounted] : notes
}

const notMounted =
  'ERR_LIFECYCLE_NOT_MOUNTED: requests do not pass through the life cycle, so a shutdown cannot wait for them. ' +
  'Mount it first: app.use(life), or serve(app, { lifecycle: life }).'
