import type { Exchange } from '@seaworthy/middleware'
import type { RateLimitDecision } from './decision.ts'
import type { Quota } from './policy.ts'

/** Tells a client where it stands, on whichever response is sent in the end. */
export type HeaderWriter = (x: Exchange, decision: RateLimitDecision) => void

/** The writer for the option `headers`. */
export function headerWriter(headers: 'ietf' | 'legacy' | false, quotas: readonly Quota[]): HeaderWriter {
  if (headers === false) return () => {}
  return headers === 'ietf' ? ietfWriter(quotas) : legacyWriter(quotas)
}

/** The two fields of draft-ietf-httpapi-ratelimit-headers-11: lists, to which further limiters add their policies. */
function ietfWriter(quotas: readonly Quota[]): HeaderWriter {
  const policy = quotas.map(({ name, limit, window }) => `"${name}";q=${limit};w=${window / 1_000}`).join(', ')
  return (x, { policies }) => {
    x.appendHeader('ratelimit-policy', policy)
    if (policies.length === 0) return
    x.appendHeader(
      'ratelimit',
      policies.map(({ name, remaining, effectiveWindow: t }) => `"${name}";r=${remaining};t=${t}`).join(', '),
    )
  }
}

/** The three older fields have room for one policy: the one that refuses for longest, or has the least left. */
function legacyWriter(quotas: readonly Quota[]): HeaderWriter {
  return (x, { policies, now }) => {
    let tightest: number | undefined
    for (const [index, state] of policies.entries()) {
      const other = tightest === undefined ? undefined : policies[tightest]
      if (!other || isTighter(state, other)) tightest = index
    }
    const state = tightest === undefined ? undefined : policies[tightest]
    const quota = tightest === undefined ? undefined : quotas[tightest]
    if (!state || !quota) return
    x.setHeader('x-ratelimit-limit', String(quota.limit))
    x.setHeader('x-ratelimit-remaining', String(state.remaining))
    x.setHeader('x-ratelimit-reset', String(Math.ceil(now / 1_000) + state.effectiveWindow))
  }
}

type State = RateLimitDecision['policies'][number]

function isTighter(state: State, than: State): boolean {
  if (state.violated !== than.violated) return state.violated
  return state.violated ? state.effectiveWindow > than.effectiveWindow : state.remaining < than.remaining
}
