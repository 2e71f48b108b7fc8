import { isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { attemptOf, isPresent, type Attempt } from './attempt.ts'
import { denial, type Denial, type DenialCode } from './denial.ts'
import { recall, type Gate } from './gate.ts'
import { isSecure, warnInsecure } from './is-secure.ts'
import { schemesOf, type Condition, type Requirement } from './requirement.ts'
import { allowInsecure, type Verdict } from './scheme.ts'
import type { Principal } from './principal.ts'
import type { Grant, Session } from './session.ts'

/** Why one condition did not hold. */
export interface Failure {
  readonly condition: Condition
  readonly denial: Denial
  /** The browser sent bad credentials on its own: they count as absent where that is allowed. */
  readonly ambient: boolean
}

/** The refusal of a requirement. */
export interface Refusal {
  readonly requirement: Requirement
  /** The denial that decides the answer. */
  readonly denial: Denial
  /** The failure that it comes from; `undefined` when there were no credentials. */
  readonly failure: Failure | undefined
  readonly failures: readonly Failure[]
}

/** What became of a requirement: who was let in, nobody in particular, or a refusal. */
export type Outcome = { readonly grants: readonly Grant[] } | { readonly refusal: Refusal }

/** The denial that decides, when several alternatives failed. */
const precedence: readonly DenialCode[] = [
  'malformed',
  'insecure_transport',
  'insufficient_scope',
  'limited',
  'unavailable',
  'insufficient_auth',
  'invalid',
  'missing',
]

/** Tries the alternatives in order: the first one that holds lets the request in. */
export function evaluate(
  x: Exchange,
  session: Session,
  gate: Gate,
  requirement: Requirement,
  from = 0,
  failures: Failure[] = [],
): MaybePromise<Outcome> {
  const { alternatives } = requirement
  for (let i = from; i < alternatives.length; i++) {
    const conditions = alternatives[i]
    if (!conditions || !conditions.every(({ scheme }) => isPresent(attemptOf(x, session, scheme)))) continue
    const result = checkAll(x, session, gate, conditions)
    if (isPromise(result)) {
      return result.then(
        (value) => settled(value, requirement, failures) ?? evaluate(x, session, gate, requirement, i + 1, failures),
      )
    }
    const outcome = settled(result, requirement, failures)
    if (outcome) return outcome
  }
  return conclude(x, requirement, failures)
}

/** The outcome when one alternative has decided it: it holds, or the request is one that must not be interpreted. */
function settled(
  result: readonly Grant[] | Failure,
  requirement: Requirement,
  failures: Failure[],
): Outcome | undefined {
  if (!('denial' in result)) return { grants: result }
  failures.push(result)
  const { code } = result.denial
  return code === 'malformed' || code === 'insecure_transport' ? refuse(requirement, failures, result) : undefined
}

function conclude(x: Exchange, requirement: Requirement, failures: readonly Failure[]): Outcome {
  if (requirement.optional && failures.every((failure) => failure.ambient)) return { grants: [] }
  for (const code of precedence) {
    const failure = failures.find((each) => each.denial.code === code)
    if (failure) return refuse(requirement, failures, failure)
  }
  return { refusal: { requirement, denial: nothingPresented(x, requirement), failure: undefined, failures } }
}

function refuse(requirement: Requirement, failures: readonly Failure[], failure: Failure): Outcome {
  return { refusal: { requirement, denial: failure.denial, failure, failures } }
}

/** A challenge over plain HTTP would make a browser send its password there. */
function nothingPresented(x: Exchange, requirement: Requirement): Denial {
  const schemes = schemesOf(requirement)
  if (schemes.some((scheme) => scheme[allowInsecure]) || isSecure(x)) return denial('missing', 'no credentials')
  for (const { scheme } of schemes) warnInsecure(scheme)
  return denial('insecure_transport', 'plain HTTP')
}

/** Checks conditions that all have to hold, one after the other. */
function checkAll(
  x: Exchange,
  session: Session,
  gate: Gate,
  conditions: readonly Condition[],
  from = 0,
  grants: Grant[] = [],
): MaybePromise<readonly Grant[] | Failure> {
  for (let i = from; i < conditions.length; i++) {
    const condition = conditions[i]
    if (!condition) continue
    const attempt = attemptOf(x, session, condition.scheme)
    const verdict = verdictOf(x, gate, attempt)
    if (isPromise(verdict)) {
      return verdict.then((value) => {
        const failure = check(x, attempt, condition, value, grants)
        return failure ?? checkAll(x, session, gate, conditions, i + 1, grants)
      })
    }
    const failure = check(x, attempt, condition, verdict, grants)
    if (failure) return failure
  }
  return grants
}

/** The verdict of a scheme, which is asked once a request. */
function verdictOf(x: Exchange, gate: Gate, attempt: Attempt): MaybePromise<Verdict<Principal>> {
  if (attempt.refused) return { denied: attempt.refused }
  const { scheme, credentials } = attempt
  return (attempt.verdict ??= recall(x, scheme, credentials) ?? gate.verify(x, scheme, credentials))
}

function check(
  x: Exchange,
  attempt: Attempt,
  condition: Condition,
  verdict: Verdict<Principal>,
  grants: Grant[],
): Failure | undefined {
  if ('denied' in verdict)
    return { condition, denial: verdict.denied, ambient: dropAmbient(x, attempt, verdict.denied) }
  const { principal } = verdict
  if (!condition.scopes.every((scope) => principal.scopes.has(scope))) {
    return { condition, denial: denial('insufficient_scope', 'a scope is missing'), ambient: false }
  }
  grants.push({ condition, principal })
  return undefined
}

/** Takes a cookie that has expired, or cannot be read, away from the client. */
function dropAmbient(x: Exchange, { scheme, credentials }: Attempt, { code }: Denial): boolean {
  if (code !== 'invalid' || credentials === undefined || !scheme.ambient(credentials)) return false
  scheme.clear?.(credentials, x)
  return true
}
