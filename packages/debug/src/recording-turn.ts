import { refused } from './answer-debug.ts'

const turnSymbol = Symbol.for('seaworthy.debug.recording/1')

interface Turn {
  readonly what: string
  /** Milliseconds of `performance.now()`. */
  readonly until: number
}

/** One for all parts and installed copies: profilers belong to the process. */
const shared: typeof globalThis & { [turnSymbol]?: Turn | undefined } = globalThis

/** Takes the turn of the process, or gives the answer for those who come meanwhile. */
export function takeTurn(what: string, seconds: number): { end(): void } | { readonly refusal: Response } {
  const current = shared[turnSymbol]
  if (current !== undefined) return { refusal: isTaken(current) }
  const turn = { what, until: performance.now() + seconds * 1000 }
  shared[turnSymbol] = turn
  return {
    end() {
      if (shared[turnSymbol] === turn) shared[turnSymbol] = undefined
    },
  }
}

function isTaken({ what, until }: Turn): Response {
  const left = Math.max(1, Math.ceil((until - performance.now()) / 1000))
  return refused(409, `There is one recording at a time, and ${what} is under way.`, { 'retry-after': String(left) })
}
