/** Where a service stands between its start and its end. */
export type LifecycleState = 'starting' | 'ready' | 'draining' | 'closing' | 'stopped'

/** What is read of a life cycle. `shutdown()` of `@seaworthy/shutdown` gives one. */
export interface Lifecycle {
  readonly state: LifecycleState
  /** Whether its middleware is in use; `false` shows as `ERR_LIFECYCLE_NOT_MOUNTED`. Absent: not known, not shown. */
  readonly mounted?: boolean
}
