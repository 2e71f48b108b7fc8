import {
  isPromise,
  addressKey,
  type Exchange,
  type Limiter,
  type LimiterDecision,
  type MaybePromise,
} from '@seaworthy/middleware'
import { boundedGate } from './bounded-gate.ts'
import { denial, type DenialCode } from './denial.ts'
import type { Gate } from './gate.ts'
import { guessesAtOnce, type GuessesAtOnce } from './guesses-at-once.ts'
import type { Principal } from './principal.ts'
import type { Scheme, Verdict } from './scheme.ts'
import { SecurityError } from './security-error.ts'
import type { SecurityOptions } from './security-options.ts'

/** What counts as a guess. A dependency that is down is not the client's fault, nor is its own limit. */
const guesses = new Set<DenialCode>(['malformed', 'invalid', 'insufficient_auth'])

/** The gate of a policy: bounded, and limited by failures for each address. */
export function policyGate({ failures, inFlight = {} }: Pick<SecurityOptions<unknown>, 'failures' | 'inFlight'>): Gate {
  const { total = 1024, perAddress = 64 } = inFlight
  for (const bound of [total, perAddress]) if (!Number.isInteger(bound) || bound < 1) throw badBound(bound)
  const bounded = boundedGate(total)
  if (!failures) return bounded
  // No address takes more than half of all places, with however few guesses.
  return limitedGate(bounded, failures, guessesAtOnce(perAddress, Math.max(perAddress, Math.ceil(total / 2))))
}

function limitedGate(bounded: Gate, failures: Limiter, atOnce: GuessesAtOnce): Gate {
  async function verify(x: Exchange, scheme: Scheme<Principal>, credentials: unknown): Promise<Verdict<Principal>> {
    const key = addressKey(x.client)
    const guess = scheme.guess?.(credentials)
    const done = atOnce(key, guess === undefined ? {} : `${scheme.scheme} ${guess}`)
    if (!done) return { denied: denial('limited', 'too many verifications at once', { retryAfter: 1 }) }
    try {
      return await limited(key, x, scheme, credentials)
    } finally {
      done()
    }
  }

  async function limited(
    key: string,
    x: Exchange,
    scheme: Scheme<Principal>,
    credentials: unknown,
  ): Promise<Verdict<Principal>> {
    const asked = await ask(x, () => failures.consume(key, 0))
    if (asked === undefined) return { denied: denial('unavailable', 'the limiter of failures threw') }
    if (!asked.allowed) return { denied: denial('limited', 'too many failures', { retryAfter: asked.retryAfter }) }
    const verdict = await bounded.verify(x, scheme, credentials)
    if ('denied' in verdict && guesses.has(verdict.denied.code)) await ask(x, () => failures.consume(key, 1))
    return verdict
  }

  return { verify }
}

async function ask(x: Exchange, consume: () => MaybePromise<LimiterDecision>): Promise<LimiterDecision | undefined> {
  try {
    const decision = consume()
    return isPromise(decision) ? await decision : decision
  } catch (error) {
    x.error ??= error
    return undefined
  }
}

function badBound(bound: number): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_OPTION',
    `A bound of inFlight is a whole number from 1, not ${bound}. Leave it out for the default.`,
  )
}
