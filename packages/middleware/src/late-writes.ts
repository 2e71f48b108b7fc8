import { AsyncLocalStorage } from 'node:async_hooks'
import { dropped } from './dropped.ts'
import type { HonoContext } from './middleware.ts'

/** A run of the rest of the chain, which the part round it may have stopped to wait for. */
export interface Droppable {
  dropped: boolean
  readonly outer: Droppable | undefined
}

const runs = new AsyncLocalStorage<Droppable>()

/** A run inside of the one that is running now. */
export function droppable(): Droppable {
  return { dropped: false, outer: runs.getStore() }
}

/** Runs `run` so that what it still does later is known as its own. */
export function runDroppable<T>(droppable: Droppable, run: () => T): T {
  return runs.run(droppable, run)
}

function isLate(): boolean {
  for (let run = runs.getStore(); run; run = run.outer) if (run.dropped) return true
  return false
}

/**
 * Keeps what dropped code still does with `c.res` away from the response that is sent. Most often that is `onError`,
 * as the handler fails because its signal was aborted, just when the answer is on its way out.
 */
export function ignoreLateWrites(c: HonoContext): void {
  const real = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(c), 'res')
  if (!real || Object.hasOwn(c, 'res')) return
  let late: Response | undefined
  Object.defineProperty(c, 'res', {
    configurable: true,
    get: (): unknown => (isLate() ? (late ??= dropped()) : real.get?.call(c)),
    set(response: Response | undefined) {
      if (isLate()) late = response
      else real.set?.call(c, response)
    },
  })
}
