import type { ExchangeRecord } from './exchange-record.ts'
import type { Outcome } from './hooks.ts'
import { outgoingOf } from './runtime-handles.ts'
import { inScopes } from './scopes.ts'
import { isStream, watchBody } from './watch-body.ts'

/** Begins to wait for the end of an exchange: the first part with a `settled` asks for it. */
export function watch(x: ExchangeRecord): void {
  x.watched = true
  const outgoing = outgoingOf(x.received, x.env)
  if (outgoing) {
    const end = (): void => {
      // A server destroys the message with what the body threw; a client that leaves sets no error.
      const broken = outgoing.errored ?? undefined
      const status = outgoing.headersSent ? outgoing.statusCode : undefined
      settle(x, { status, aborted: x.isCutOff() && broken === undefined, error: broken ?? x.error })
    }
    if (outgoing.destroyed || outgoing.closed) end()
    else outgoing.on('close', end)
    return
  }
  const { signal } = x.received
  const left = (): void => settle(x, { status: x.open ? undefined : x.status, aborted: true, error: x.error })
  if (signal.aborted) left()
  else {
    signal.addEventListener('abort', left, { once: true })
    const unwatch = (): void => signal.removeEventListener('abort', left)
    x.unwatch = unwatch
  }
}

/**
 * Settles a finished exchange where there is no outgoing message to tell its end: at once, or when the body of a
 * streaming response has been read.
 */
export function settleWithout(x: ExchangeRecord, response: Response): Response {
  if (x.outcome) return response
  const { status } = response
  if (isUpgrade(x, response)) settle(x, { status: 101, aborted: false, error: x.error })
  else if (x.method === 'HEAD' || !isStream(response)) settle(x, { status, aborted: false, error: x.error })
  else {
    return watchBody(response, (aborted, error) => settle(x, { status, aborted, error: error ?? x.error }))
  }
  return response
}

/** Both runtimes show a placeholder 200 for a connection that became a WebSocket; Bun then knows no peer of it. */
function isUpgrade(x: ExchangeRecord, { status, headers }: Response): boolean {
  if (status !== 200 || x.method !== 'GET' || x.header('upgrade')?.toLowerCase() !== 'websocket') return false
  const { bun } = x.runtime
  return bun ? bun.requestIP(x.received) === null : !headers.has('content-type')
}

/** Runs `settled` once, innermost part first. */
export function settle(x: ExchangeRecord, outcome: Outcome): void {
  if (x.outcome) return
  x.outcome = outcome
  x.unwatch?.()
  settleLate(x)
}

/** Runs `settled` of the parts that have not had it: those whose turn came after the client had left. */
export function settleLate(x: ExchangeRecord): void {
  const base = x.settledTurns
  const end = x.turns.length
  x.settledTurns = end
  if (!x.turns.some((part, i) => i >= base && part.settled)) return
  inScopes(x, () => runSettled(x, base, end))
}

function runSettled(x: ExchangeRecord, base: number, end: number): void {
  for (let i = end - 1; i >= base; i--) {
    const part = x.turns[i]
    if (!part?.settled || !x.outcome) continue
    try {
      part.settled(x, x.outcome)
    } catch (error) {
      x.report(error, 'settled', part)
    }
  }
}
