import { type Signal, signal } from '@preact/signals'
import type { DebugLogChange, DebugView } from '../../../src/api.ts'
import { ask, AskError, tell } from './ask.ts'

/** What `debug` offers; undefined until the first answer. */
export const debug: Signal<DebugView | undefined> = signal(undefined)

/** Why the last change was refused. */
export const debugRefusal: Signal<string | undefined> = signal(undefined)

/** Reads it. */
export async function loadDebug(): Promise<void> {
  try {
    debug.value = await ask<DebugView>('api/debug')
  } catch {
    // The stream tells how the connection stands.
  }
}

/** Logs more for a while, or ends that. */
export async function changeDebugLog(change: DebugLogChange): Promise<void> {
  debugRefusal.value = undefined
  try {
    debug.value = await tell<DebugView>('api/debug/log', change)
  } catch (error) {
    debugRefusal.value = error instanceof AskError ? error.message : String(error)
  }
}
