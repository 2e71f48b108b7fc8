import { addressKey, type Exchange } from '@seaworthy/middleware'
import type { LimitBy } from './rate-limit-options.ts'
import { RateLimitError } from './rate-limit-error.ts'
import { RecentMap } from './recent-map.ts'

/** The key that a request is counted under; `undefined` for a request that is not limited. */
export function limitKey(by: LimitBy): (x: Exchange) => string | undefined {
  if (by === 'address') return addressKeys()
  if (by === 'caller') return callerKey
  return (x) => {
    const key = by(x)
    if (key === undefined || typeof key === 'string') return key
    throw new RateLimitError(
      'ERR_RATE_LIMIT_KEY',
      `The function "by" gave ${key === null ? 'null' : `a value of type ${typeof key}`}. ` +
        'Return a string, or undefined for a request that is not limited.',
    )
  }
}

/** Networks of addresses are remembered: to find them costs more than all the rest. */
function addressKeys(): (x: Exchange) => string {
  const recent = new RecentMap<string>(1_000)
  return ({ client = 'unknown' }) => {
    let key = recent.get(client)
    if (key === undefined) recent.set(client, (key = addressKey(client)))
    return key
  }
}

function callerKey({ caller }: Exchange): string {
  if (caller) return caller.id
  throw new RateLimitError(
    'ERR_RATE_LIMIT_CALLER',
    "rateLimit({ by: 'caller' }) ran before a guard has verified a caller. Mount it after the policy or the scheme: " +
      'app.use(policy, callerLimit). Where callers may be anonymous, write ' +
      'by: (x) => x.caller?.id ?? addressKey(x.client).',
  )
}
