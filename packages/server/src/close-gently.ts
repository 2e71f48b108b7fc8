import { poll } from './poll.ts'

/** How a runtime's server is closed. */
export interface ClosingSteps {
  /** Takes no more connections and says goodbye. Resolves when the last connection is gone. */
  stop(): Promise<void>
  /**
   * Closes what has become idle, and ends event streams, also those that have begun since. Without patience it cuts
   * connections that have no complete request, half-open WebSockets among them.
   */
  tidy(patient: boolean): void
}

/** How often to look for connections that have become idle, in milliseconds. */
const interval = 50

/** How long a request head or a WebSocket's close frame may still take, in milliseconds. */
const patience = 1000

/** Closes a server without cutting a request. */
export async function closeGently(steps: ClosingSteps): Promise<void> {
  // One turn of the event loop: what has arrived already is read, and its connection is no longer idle.
  await new Promise((resolve) => setImmediate(resolve))
  const closed = steps.stop()
  steps.tidy(true)
  const since = performance.now()
  const stop = poll(interval, () => steps.tidy(performance.now() - since < patience))
  await closed
  stop()
}
