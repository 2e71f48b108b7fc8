import { runAround } from './around.ts'
import { dropped } from './dropped.ts'
import type { ExchangeRecord } from './exchange-record.ts'
import { failedPart } from './failed-part.ts'
import type { Hooks, MaybePromise } from './hooks.ts'
import type { Host } from './host.ts'
import { isPromise } from './is-promise.ts'
import { captureScopes, openScope } from './scopes.ts'
import { watch } from './settle.ts'

/** The parts that are mounted together, and what runs inside them. */
export interface Layer {
  readonly parts: readonly Hooks[]
  readonly host: Host
}

/** Runs the parts of a layer from index `from` in order until one answers, and then the host. */
export function runLayer(
  x: ExchangeRecord,
  layer: Layer,
  from: number,
  request: Request | undefined,
): MaybePromise<Response> {
  const { parts } = layer
  for (let i = from; i < parts.length; i++) {
    const part = parts[i]
    if (!part || x.sealed) return dropped()
    x.turns.push(part)
    if (part.settled && !x.watched) watch(x)
    if (part.before) {
      x.current = layer.host.context
      const answer = runBefore(x, part)
      if (isPromise(answer)) return answer.then((value) => value ?? runInside(x, layer, i, request))
      if (answer) return answer
    }
    if (part.scope || part.around) return runInside(x, layer, i, request)
  }
  if (x.sealed) return dropped()
  captureScopes(x)
  return layer.host.next(request)
}

/** Runs what comes after a part, inside its scope and under its `around`. */
function runInside(x: ExchangeRecord, layer: Layer, i: number, request: Request | undefined): MaybePromise<Response> {
  const part = layer.parts[i]
  if (!part || x.sealed) return dropped()
  const run = part.around
    ? () => runAround(x, part, layer.host, (replaced) => runLayer(x, layer, i + 1, replaced ?? request))
    : () => runLayer(x, layer, i + 1, request)
  if (!part.scope) return run()
  x.scopes.push(part)
  return openScope(x, part, run)
}

function runBefore(x: ExchangeRecord, part: Hooks): MaybePromise<Response | void> {
  const fail = (error: unknown): Response => failedPart(x, part, 'before', error)
  try {
    const answer = part.before?.(x)
    return isPromise(answer) ? answer.catch(fail) : answer
  } catch (error) {
    return fail(error)
  }
}
