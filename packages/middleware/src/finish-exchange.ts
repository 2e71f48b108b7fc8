import { applyHeaders } from './apply-headers.ts'
import type { ExchangeRecord } from './exchange-record.ts'
import { outgoingOf } from './runtime-handles.ts'
import { inScopes } from './scopes.ts'
import { settle, settleLate, settleWithout } from './settle.ts'

/** Ends an exchange with the response of its outermost layer: `after` of every part, and the collected headers. */
export function finishExchange(x: ExchangeRecord, response: Response): Response {
  x.answered = true
  x.status = response.status
  if (x.turns.some((part) => part.after)) inScopes(x, () => runAfter(x, response))
  const sent = x.headers ? applyHeaders(response, x.headers) : response
  x.open = false
  if (x.outcome) settleLate(x)
  return x.watched && !outgoingOf(x.received, x.env) ? settleWithout(x, sent) : sent
}

function runAfter(x: ExchangeRecord, response: Response): void {
  for (let i = x.turns.length - 1; i >= 0; i--) {
    const part = x.turns[i]
    if (!part?.after) continue
    try {
      part.after(x, response)
    } catch (error) {
      x.report(error, 'after', part)
    }
  }
}

/** Ends an exchange without a response: the rejection goes on to the server. */
export function abandonExchange(x: ExchangeRecord, error: unknown): void {
  x.error = error
  x.open = false
  if (x.watched) settle(x, { status: undefined, aborted: false, error })
}
