import { isSeaworthyError } from '@seaworthy/middleware'
import { recordStoreFailure } from './rate-limit-metrics.ts'
import type { RateLimitLogger } from './rate-limit-options.ts'

/** Milliseconds between two warnings of one limiter, for stores that come and go. */
const quietTime = 60_000

/** Tells of the failures of a limiter's store: each in a metric, each outage in one warning. */
export interface StoreOutage {
  failed(error: unknown): void
  answered(): void
}

/** Lines on standard error, of the message alone. */
const consoleLogger: RateLimitLogger = { warn: (message) => console.error(message) }

/** Watches the store of one limiter. */
export function storeOutage(
  name: string,
  onStoreError: 'allow' | 'deny',
  logger: RateLimitLogger | false = consoleLogger,
): StoreOutage {
  let isFailing = false
  let quietUntil = -Infinity

  function warn(kind: string): void {
    if (!logger || performance.now() < quietUntil) return
    quietUntil = performance.now() + quietTime
    const consequence = onStoreError === 'allow' ? 'requests pass uncounted' : 'requests are refused with 503'
    const fields = { 'seaworthy.rate_limit.name': name, 'error.type': kind }
    try {
      logger.warn(`the store of rate limit ${name} fails (${kind}): until it answers, ${consequence}`, fields)
    } catch {
      // A logger that fails must not turn an outage of the store into one of the service.
    }
  }

  return {
    failed(error) {
      const kind = kindOf(error)
      recordStoreFailure(name, kind)
      if (!isFailing) warn(kind)
      isFailing = true
    },
    answered() {
      isFailing = false
    },
  }
}

/** One word for what failed. Messages of clients may repeat what they were given, so they are not shown. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error'
  if (isSeaworthyError(error) && error.code === 'ERR_RATE_LIMIT_TIMEOUT') return 'timeout'
  if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(error.code)) return error.code
  const redisCode = /^[A-Z]{3,20}(?= )/.exec(error.message)?.[0]
  return redisCode ?? (/^\w{1,40}$/.test(error.name) ? error.name : 'error')
}
