import type { MaybePromise } from '@seaworthy/middleware'
import { BasicAuthError } from './basic-auth-error.ts'

/** Bounds the hashes that are computed at once. */
export interface HashingSlots {
  /** Does the work when a slot is free; `undefined` when none is and enough others wait. */
  run<T>(work: () => MaybePromise<T>): Promise<T> | undefined
  /** Does the work at once, or not at all. */
  runIfFree<T>(work: () => MaybePromise<T>): Promise<T> | undefined
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
  const queue: (() => void)[] = []

  function release(): void {
    const next = queue.shift()
    if (next) next()
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

  function run<T>(work: () => MaybePromise<T>): Promise<T> | undefined {
    if (busy < maxConcurrent) return runIfFree(work)
    if (queue.length >= maxQueued) return undefined
    // The one that leaves hands its slot over.
    return new Promise<void>((resolve) => queue.push(resolve)).then(() => occupy(work))
  }

  return { run, runIfFree }
}

function notKept(option: string, least: number): BasicAuthError {
  return new BasicAuthError('ERR_BASIC_AUTH_OPTION', `${option} has to be a whole number from ${least}.`)
}
