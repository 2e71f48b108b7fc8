import type { RouteEntry } from '@seaworthy/middleware'
import type { Decision } from './decision.ts'

/** Far more than the routes of one application overlap. */
const maxBucket = 256

interface Known {
  readonly chain: readonly RouteEntry[]
  readonly decision: Decision
}

/**
 * Remembers the decision of each chain of routes. Chains are told apart by their entries: there are as many as an
 * application has combinations of routes, and no request can add one.
 */
export function decisionCache(decide: (chain: readonly RouteEntry[]) => Decision): typeof decide {
  const buckets = new Map<RouteEntry | undefined, Known[]>()
  return (chain) => {
    const key = distinctive(chain)
    let bucket = buckets.get(key)
    if (!bucket) buckets.set(key, (bucket = []))
    for (const known of bucket) if (isSame(known.chain, chain)) return known.decision
    const decision = decide(chain)
    if (bucket.length < maxBucket) bucket.push({ chain, decision })
    return decision
  }
}

/** The first route: middleware is shared by many chains, and so is a catch-all at the end. */
function distinctive(chain: readonly RouteEntry[]): RouteEntry | undefined {
  for (const entry of chain) if (entry.method !== 'ALL') return entry
  return chain.at(-1)
}

function isSame(a: readonly RouteEntry[], b: readonly RouteEntry[]): boolean {
  if (a.length !== b.length) return false
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}
