/** Something that is not ready for production. */
export interface PreflightProblem {
  /** Stable across versions. */
  readonly code:
    | 'no_life_cycle'
    | 'no_drain_delay'
    | 'no_https'
    | 'no_checks'
    | 'no_telemetry'
    | 'debug_loopback'
    | 'console_loopback'
    | 'memory_limit'
    | 'uncovered_route'
  /** What goes wrong, as half of a sentence. */
  readonly problem: string
  /** What to write instead, as a sentence. */
  readonly cure: string
}
