import { key, type Caller, type Exchange, type Key } from '@seaworthy/middleware'
import { holds } from './level-override.ts'

interface Answer {
  readonly isOn: boolean
  /** Who was known to be calling when it was given. */
  readonly caller: Caller | undefined
}

const answersKey: Key<Map<object, Answer>> = key('seaworthy.log.debug/1')

/**
 * Asks a predicate once for each request, so that a percentage of requests is one, and once more when the caller has
 * become known. A yes stays.
 */
export function oncePerRequest(predicate: (x: Exchange) => boolean): (x: Exchange) => boolean {
  return (x) => {
    const answers = x.get(answersKey) ?? new Map<object, Answer>()
    const former = answers.get(predicate)
    if (former !== undefined && (former.isOn || former.caller === x.caller)) return former.isOn
    const isOn = holds(predicate, x)
    answers.set(predicate, { isOn, caller: x.caller })
    x.set(answersKey, answers)
    return isOn
  }
}
