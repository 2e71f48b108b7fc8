import { problem } from '@seaworthy/middleware'
import type { RateLimitDecision } from './decision.ts'

/** The problem type of draft-ietf-httpapi-ratelimit-headers-11 §5.1. */
const quotaExceeded = 'https://iana.org/assignments/http-problem-types#quota-exceeded'

/** The answer to a request that is not allowed: 429 when a quota is used up, 503 when nobody can tell. */
export function refusal({ policies, retryAfter, unavailable }: RateLimitDecision): Response {
  const headers = { 'cache-control': 'no-store', ...retryAfterField(retryAfter) }
  if (unavailable) return problem({ status: 503, code: 'unavailable', headers })
  return problem({
    type: quotaExceeded,
    title: 'Quota exceeded',
    status: 429,
    code: 'limited',
    detail: Number.isFinite(retryAfter)
      ? `The request can succeed in ${retryAfter} s.`
      : 'The request costs more than can be used at once.',
    'violated-policies': policies.filter(({ violated }) => violated).map(({ name }) => name),
    headers,
  })
}

/** What costs more than the burst never succeeds: naming a time would be a lie. */
function retryAfterField(seconds: number): Record<string, string> {
  return Number.isFinite(seconds) ? { 'retry-after': String(seconds) } : {}
}
