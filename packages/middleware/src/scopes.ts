import { AsyncResource } from 'node:async_hooks'
import { core } from './core.ts'
import type { ExchangeRecord } from './exchange-record.ts'
import type { Hooks } from './hooks.ts'

/** Runs `run` in the scope of one part. A scope that fails is reported and changes nothing else. */
export function openScope<T>(x: ExchangeRecord, part: Hooks, run: () => T): T {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined
  try {
    part.scope?.(x, () => {
      outcome ??= attempt(run)
    })
  } catch (error) {
    x.report(error, 'scope', part)
  }
  outcome ??= attempt(run)
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

/** Remembers what is ambient here, inside all scopes, so that what runs at the end need not open them again. */
export function captureScopes(x: ExchangeRecord): void {
  if (x.scopes.length === x.capturedScopes) return
  x.capturedScopes = x.scopes.length
  x.frame = new AsyncResource('seaworthy.exchange')
}

/** Runs `run` where the exchange and the scopes of every part whose turn came are ambient, the outermost first. */
export function inScopes(x: ExchangeRecord, run: () => void): void {
  if (x.frame && x.capturedScopes === x.scopes.length) return x.frame.runInAsyncScope(run)
  const { ambient } = core()
  // The end is told by an event, which belongs to no request.
  if (ambient.getStore() === x) enter(x, run, 0)
  else ambient.run(x, enter, x, run, 0)
}

function enter(x: ExchangeRecord, run: () => void, from: number): void {
  const part = x.scopes[from]
  if (part) openScope(x, part, () => enter(x, run, from + 1))
  else run()
}
