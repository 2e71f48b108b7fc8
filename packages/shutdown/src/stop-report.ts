/** What a shutdown did. */
export interface StopReport {
  /** A signal such as `SIGTERM`, `uncaughtException`, `unhandledRejection`, or the reason given to `stop()`. */
  readonly reason: string
  /** Everything ended in time, and every hook succeeded. */
  readonly clean: boolean
  /** What was cut: requests, connections and servers that did not end in time. */
  readonly open: readonly string[]
  /** The names of the hooks that failed or took too long. */
  readonly failed: readonly string[]
  /** Milliseconds from the signal to the end. */
  readonly duration: number
}
