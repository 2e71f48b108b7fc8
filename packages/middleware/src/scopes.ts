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

/** Runs `run` inside the scopes of every part whose turn came, the outermost first. */
export function inScopes<T>(x: ExchangeRecord, run: () => T, from = 0): T {
  const part = x.scopes[from]
  return part ? openScope(x, part, () => inScopes(x, run, from + 1)) : run()
}
