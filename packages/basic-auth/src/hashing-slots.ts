import type { MaybePromise } from '@seaworthy/middleware'
import { BasicAuthError } from './basic-auth-error.ts'

/** Bounds the hashes that are computed at once. */
export interface HashingSlots {
  /**
   * Does the work when a slot is free. Gives `undefined` when none is and enough others wait, or when the place is left
   * to somebody else: of those who wait, no address may keep out another one that has less than it.
   */
  run<T>(work: () => MaybePromise<T>, address: string): Promise<T | undefined> | undefined
  /** Does the work at once, or not at all. */
  runIfFree<T>(work: () => MaybePromise<T>): Promise<T> | undefined
}

/** A place in the queue. */
interface Waiting {
  readonly address: string
  /** Ends the wait: with a slot, or without one. */
  leave(isNext: boolean): void
}

/**
 * Makes slots for hashing. Node and Bun compute hashes on the few threads that look up names and read files as well.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_OPTION` when a bound cannot be kept.
 */
export function hashingSlots(maxConcurrent: number, maxQueued: number): HashingSlots {
  if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1) throw notKept('maxConcurrent', 1)
  if (!Number.isInteger(maxQueued) || maxQueued < 0) throw notKept('maxQueued', 0)
  let busy = 0
  const queue: Waiting[] = []

  function release(): void {
    const next = queue.shift()
    if (next) next.leave(true)
    else busy--
  }

  async function occupy<T>(work: () => MaybePromise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      release()
    }
  }

  function runIfFree<T>(work: () => MaybePromise<T>): Promise<T> | undefined {
    if (busy >= maxConcurrent) return undefined
    busy++
    return occupy(work)
  }

  function run<T>(work: () => MaybePromise<T>, address: string): Promise<T | undefined> | undefined {
    if (busy < maxConcurrent) return runIfFree(work)
    if (queue.length >= maxQueued && !makeRoom(queue, address)) return undefined
    // The one that leaves hands its slot over.
    return new Promise<boolean>((leave) => queue.push({ address, leave })).then((isNext) =>
      isNext ? occupy(work) : undefined,
    )
  }

  return { run, runIfFree }
}

/** Sends away the last of the address that has the most, if that leaves it no worse off than the one that comes. */
function makeRoom(queue: Waiting[], address: string): boolean {
  const counts = new Map<string, number>()
  for (const each of queue) counts.set(each.address, (counts.get(each.address) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  if (most < (counts.get(address) ?? 0) + 2) return false
  const at = queue.findLastIndex((each) => counts.get(each.address) === most)
  for (const { leave } of queue.splice(at, 1)) leave(false)
  return true
}

function notKept(option: string, least: number): BasicAuthError {
  return new BasicAuthError('ERR_BASIC_AUTH_OPTION', `${option} has to be a whole number from ${least}.`)
}
