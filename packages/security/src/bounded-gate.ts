import { isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { denial } from './denial.ts'
import { authenticate, type Gate } from './gate.ts'
import type { Principal } from './principal.ts'
import type { Verdict } from './scheme.ts'

/** A gate that bounds the verifications in flight. The next one is answered with 503. @param max Defaults to 1024. */
export function boundedGate(max = 1024): Gate {
  let inFlight = 0
  return {
    verify(x: Exchange, scheme, credentials): MaybePromise<Verdict<Principal>> {
      if (inFlight >= max)
        return { denied: denial('unavailable', 'too many verifications in flight', { retryAfter: 1 }) }
      const verdict = authenticate(x, scheme, credentials)
      if (!isPromise(verdict)) return verdict
      inFlight++
      return verdict.finally(() => inFlight--)
    },
  }
}
