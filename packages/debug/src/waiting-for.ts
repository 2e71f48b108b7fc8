import { currentExchange, key, type Exchange, type Key } from '@seaworthy/middleware'

/** Something that a request waits for. */
export interface Wait {
  readonly what: string
  readonly ageMs: number
}

interface OpenWait {
  readonly what: string
  readonly since: number
}

const waitsKey: Key<Set<OpenWait>> = key('seaworthy.debug.waits/1')

/** A request that waits for more than this is not told in more detail. */
const most = 50

/**
 * Names what the current request waits for, as `/debug/inflight` shows it, until `run` has settled. Outside of a
 * request it only runs.
 *
 * @returns What `run` returns.
 */
export function waitingFor<T>(what: string, run: () => T): T {
  const done = beginWait(what)
  let result: T
  try {
    result = run()
  } catch (error) {
    done()
    throw error
  }
  if (isThenable(result)) void endWith(result, done)
  else done()
  return result
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

async function endWith(result: PromiseLike<unknown>, done: () => void): Promise<void> {
  try {
    await result
  } catch {
    // Whoever was given the promise deals with it.
  }
  done()
}

/** Begins a wait of the current request. The function that is returned ends it. */
export function beginWait(what: string): () => void {
  const x = currentExchange()
  if (x === undefined) return nothing
  const waits = x.get(waitsKey) ?? new Set<OpenWait>()
  if (waits.size >= most) return nothing
  const wait = { what, since: performance.now() }
  waits.add(wait)
  x.set(waitsKey, waits)
  return () => void waits.delete(wait)
}

function nothing(): void {}

/** What a request waits for now, the oldest first. */
export function waitsOf(x: Exchange): Wait[] {
  const now = performance.now()
  return [...(x.get(waitsKey) ?? [])].map(({ what, since }) => ({ what, ageMs: Math.round(now - since) }))
}
