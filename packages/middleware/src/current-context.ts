import type { ExchangeRecord } from './exchange-record.ts'
import type { Exchange } from './exchange.ts'
import type { HonoContext } from './middleware.ts'

/**
 * The Hono context of the layer that runs now; `undefined` under plain Fetch. Under `app.mount` each application has
 * its own, while the exchange is one.
 */
export function currentContext(x: Exchange): HonoContext | undefined {
  return isRecord(x) ? x.current : undefined
}

function isRecord(x: Exchange): x is ExchangeRecord {
  return 'current' in x
}
