import { isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { callerOf } from './caller-of.ts'
import { evaluate, type Outcome, type Refusal } from './evaluate.ts'
import type { Gate } from './gate.ts'
import { boundedGate } from './bounded-gate.ts'
import { recordAttempt } from './auth-metrics.ts'
import { refusalResponse } from './refusal-response.ts'
import type { Requirement } from './requirement.ts'
import type { Grant, Session } from './session.ts'

/** How a guard enforces: what verifications pass, and who is told. */
export interface Enforcement {
  readonly gate: Gate
  /** Told of each decision. `refusal` is `undefined` when the request was let in. */
  decided(x: Exchange, grants: readonly Grant[], refusal: Refusal | undefined): void
}

/** The enforcement of a guard that stands alone: with bounds of its own. */
export function standalone(): Enforcement {
  return { gate: boundedGate(), decided: recordAttempt }
}

/** Lets a request in when every requirement holds. Otherwise the answer is the refusal of the first that does not. */
export function enforce(
  x: Exchange,
  session: Session,
  requirements: readonly Requirement[],
  enforcement: Enforcement,
  from = 0,
  grants: Grant[] = [],
): MaybePromise<Response | void> {
  for (let i = from; i < requirements.length; i++) {
    const requirement = requirements[i]
    if (!requirement) continue
    const outcome = evaluate(x, session, enforcement.gate, requirement)
    if (isPromise(outcome)) {
      return outcome.then(
        (value) =>
          apply(x, session, requirement, value, enforcement, grants) ??
          enforce(x, session, requirements, enforcement, i + 1, grants),
      )
    }
    const answer = apply(x, session, requirement, outcome, enforcement, grants)
    if (answer) return answer
  }
  if (grants.length > 0) {
    session.grants.push(...grants)
    x.caller = callerOf(grants)
  }
  // An optional guard that found nobody does not undo what another one has found.
  if (grants.length > 0 || !session.decision) session.decision = { grants, refusal: undefined }
  enforcement.decided(x, grants, undefined)
}

/** Takes the outcome of one requirement. Nobody is granted anything before all of them hold. */
function apply(
  x: Exchange,
  session: Session,
  requirement: Requirement,
  outcome: Outcome,
  enforcement: Enforcement,
  grants: Grant[],
): Response | undefined {
  if ('refusal' in outcome) {
    session.decision = { grants: [], refusal: outcome.refusal }
    enforcement.decided(x, [], outcome.refusal)
    return refusalResponse(x, outcome.refusal)
  }
  if (outcome.grants.length > 0) grants.push(...outcome.grants)
  else session.anonymous.push(requirement)
  return undefined
}
