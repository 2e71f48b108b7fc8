import { setTimeout as pause } from 'node:timers/promises'
import type { Exchange } from '@seaworthy/middleware'
import { refused } from './answer-debug.ts'
import { DebugError } from './debug-error.ts'
import { takeTurn } from './recording-turn.ts'

/** Something that is being recorded. */
export interface Recorder<T> {
  /** Ends it. Called once, also when nobody wants the result any more. */
  stop(): Promise<T>
}

/** A recording under way. */
export interface Recording<T> {
  /** What was recorded; `undefined` when the client left or the service shuts down. */
  readonly ended: Promise<T | undefined>
}

/** What is to be recorded, and for how long. */
export interface RecordingPlan<T> {
  readonly what: string
  readonly seconds: number
  readonly signal: AbortSignal
  start(): Promise<Recorder<T>>
}

/**
 * Begins to record, if nobody else does. It ends after its time or with its signal.
 *
 * @returns The recording, or the answer that says why there is none: 409 or 501.
 */
export async function beginRecording<T>(x: Exchange, plan: RecordingPlan<T>): Promise<Recording<T> | Response> {
  const turn = takeTurn(plan.what, plan.seconds)
  if ('refusal' in turn) return turn.refusal
  try {
    keepConnection(x, plan.seconds)
    const recorder = await plan.start()
    const ended = record(recorder, plan).finally(turn.end)
    // Whoever waits for it sees the failure; somebody who has left does not.
    ended.catch(() => undefined)
    return { ended }
  } catch (error) {
    turn.end()
    return unsupported(error)
  }
}

async function record<T>(recorder: Recorder<T>, { seconds, signal }: RecordingPlan<T>): Promise<T | undefined> {
  await pause(seconds * 1000, undefined, { signal }).catch(() => undefined)
  const result = await recorder.stop()
  return signal.aborted ? undefined : result
}

/** Bun closes a connection on which nothing was sent for ten seconds, and knows no longer time than 255. */
function keepConnection(x: Exchange, seconds: number): void {
  x.runtime.bun?.timeout?.(x.request, seconds + 30 > 255 ? 0 : seconds + 30)
}

/** The answer for what this runtime cannot do. */
function unsupported(error: unknown): Response {
  if (error instanceof DebugError && error.code === 'ERR_DEBUG_UNSUPPORTED') return refused(501, error.message)
  throw error
}

/** The answer to a recording that was cut short: by a shutdown, or to nobody. */
export function cutShort(): Response {
  return refused(503, 'The recording was stopped before its end.')
}
