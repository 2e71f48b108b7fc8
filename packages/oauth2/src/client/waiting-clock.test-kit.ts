import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import type { ClientClock } from '../client.ts'

/** A clock that stands still, but for what is waited for: that is over at once. */
export interface WaitingClock extends TestClock, ClientClock {
  /** The milliseconds that were waited, each time. */
  readonly waited: number[]
  /** Runs after each wait. */
  whenWaited: () => void | Promise<void>
}

/** Makes a clock that nobody has to wait for. */
export function waitingClock(start = 1_000_000): WaitingClock {
  const clock = createTestClock(start)
  const waiting: WaitingClock = {
    ...clock,
    waited: [],
    whenWaited: () => undefined,
    async wait(milliseconds) {
      waiting.waited.push(milliseconds)
      clock.advance(milliseconds)
      await waiting.whenWaited()
    },
  }
  return waiting
}
