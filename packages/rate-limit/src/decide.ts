import type { MaybePromise } from '@seaworthy/middleware'
import { askStore } from './ask-store.ts'
import { decisionOf, type RateLimitDecision, unavailableDecision } from './decision.ts'
import { memoryStore } from './memory-store.ts'
import type { Quota } from './policy.ts'
import { recordRefusal } from './rate-limit-metrics.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'
import type { LocalStore, RemoteStore } from './store.ts'
import { storeOutage } from './store-outage.ts'

/** Decides about a cost for a subject. It neither throws nor rejects. */
export type Decide = (subject: string, cost: number) => MaybePromise<RateLimitDecision>

/** The seconds after which a client may try again when the store does not answer. */
const outageRetryAfter = 5

/** Makes the decisions of a limiter: at once with a local store, with a promise otherwise. */
export function decide(options: RateLimitOptions, quotas: readonly Quota[]): Decide {
  const { name, store = memoryStore() } = options
  return isRemote(store) ? decideRemotely(options, store, quotas) : decideLocally(name, store, quotas)
}

function isRemote(store: LocalStore | RemoteStore): store is RemoteStore {
  return store.timeout !== undefined
}

function decideLocally(name: string, store: LocalStore, quotas: readonly Quota[]): Decide {
  return (subject, cost) => recorded(name, decisionOf(quotas, store.take(subject, quotas, cost), cost))
}

function decideRemotely(options: RateLimitOptions, store: RemoteStore, quotas: readonly Quota[]): Decide {
  const { name, onStoreError = 'deny', logger } = options
  const outage = storeOutage(name, onStoreError, logger)
  const take = askStore(store)
  return async (subject, cost) => {
    try {
      const reading = await take(subject, quotas, cost)
      outage.answered()
      return recorded(name, decisionOf(quotas, reading, cost))
    } catch (error) {
      outage.failed(error)
      return unavailableDecision(onStoreError === 'allow', outageRetryAfter)
    }
  }
}

function recorded(name: string, decision: RateLimitDecision): RateLimitDecision {
  if (!decision.allowed) recordRefusal(name, longestWait(decision))
  return decision
}

function longestWait({ policies }: RateLimitDecision): string {
  const violated = policies.filter((each) => each.violated)
  return violated.toSorted((a, b) => b.effectiveWindow - a.effectiveWindow)[0]?.name ?? 'none'
}
