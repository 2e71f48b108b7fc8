import type { ExchangeRecord } from './exchange-record.ts'
import type { Exchange } from './exchange.ts'
import type { HonoContext } from './middleware.ts'

/**
 * The Hono context that a `before` runs in; `undefined` under plain Fetch. Under `app.mount` each application has its
 * own, while the exchange is one. Only valid until the `before` first waits.
 */
export function currentContext(x: Exchange): HonoContext | undefined {
  return isRecord(x) ? x.current : undefined
}

function isRecord(x: Exchange): x is ExchangeRecord {
  return 'current' in x
}
