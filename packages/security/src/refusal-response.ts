import { problem, type Exchange } from '@seaworthy/middleware'
import { denial as denialOf, statusOf, type Denial, type DenialCode } from './denial.ts'
import type { Refusal } from './evaluate.ts'
import type { Condition } from './requirement.ts'

/** The seconds after which a client may try again when nothing better is known. */
const defaultRetryAfter = 5

/** The codes whose answer names how to authenticate. */
const challenged = new Set<DenialCode>(['missing', 'malformed', 'invalid', 'insufficient_auth', 'insufficient_scope'])

/** The answer to a request that is not let in. Its body says nothing beyond the code. */
export function refusalResponse(x: Exchange, refusal: Refusal): Response {
  return ownResponse(x, refusal) ?? problemOf(x, refusal)
}

/** A scheme may answer in its own way, for example with a redirect to a login page. */
function ownResponse(x: Exchange, { requirement, denial, failure }: Refusal): Response | undefined {
  for (const { scheme } of failure ? [failure.condition] : requirement.alternatives.flat()) {
    const response = scheme.respond?.(denial, x)
    if (response) return response
  }
  return undefined
}

function problemOf(x: Exchange, refusal: Refusal): Response {
  const { code, retryAfter } = refusal.denial
  const status = statusOf(code)
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (challenged.has(code)) headers['www-authenticate'] = challenges(x, refusal)
  if (status === 429 || status === 503) headers['retry-after'] = String(secondsOf(retryAfter))
  return problem({ status, code, headers })
}

/** RFC 9110 §10.2.3: whole seconds. A limiter of one's own may know none. */
function secondsOf(retryAfter: number | undefined): number {
  return retryAfter !== undefined && retryAfter >= 0 && retryAfter < Infinity
    ? Math.ceil(retryAfter)
    : defaultRetryAfter
}

/** The challenges of all alternatives; only a scheme whose own credentials were bad names an error. */
function challenges(x: Exchange, { requirement, denial, failure, failures }: Refusal): string {
  if (failure && denial.code === 'insufficient_scope') return challengeOf(x, failure.condition, denial)
  const conditions = new Map<string, Condition>()
  for (const condition of requirement.alternatives.flat()) {
    if (!conditions.has(condition.scheme.scheme)) conditions.set(condition.scheme.scheme, condition)
  }
  const written = [...conditions.values()].map((condition) => {
    const own = failures.find((each) => each.condition.scheme === condition.scheme)
    return challengeOf(x, condition, own?.denial ?? missing)
  })
  return [...new Set(written)].join(', ')
}

const missing = denialOf('missing', 'no credentials')

function challengeOf(x: Exchange, { scheme, scopes }: Condition, denial: Denial): string {
  // RFC 9110 §15.5.2: a 401 has at least one challenge.
  return scheme.challenge(denial, scopes, x) || scheme.scheme
}
