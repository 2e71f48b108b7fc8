import {
  key,
  middleware,
  parseDuration,
  problem,
  type Duration,
  type Exchange,
  type MaybePromise,
  type Middleware,
} from '@seaworthy/middleware'
import { abortAfter } from './abort-after.ts'
import { ServerError } from './server-error.ts'

/** The one time limit that holds for an exchange: a deadline mounted further in takes the place of one further out. */
class TimeLimit {
  #timer: ReturnType<typeof setTimeout> | undefined
  #over = false

  /** Stops counting, for good. */
  end(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  /** The response, or a 504 when it does not come in time. */
  race(x: Exchange, ms: number, answer: Promise<Response>): Promise<Response> {
    if (this.#over) return answer
    return new Promise((resolve, reject) => {
      this.#timer = setTimeout(() => {
        resolve(problem({ status: 504, detail: 'The service did not answer in time.' }))
        abortAfter(x, `No answer within ${ms} ms.`)
      }, ms)
      answer.then(
        (response) => {
          this.end()
          resolve(response)
        },
        (error: unknown) => {
          this.end()
          reject(error)
        },
      )
    })
  }
}

/** The most that a timer can count. */
const longest = 2 ** 31 - 1

const current = key<TimeLimit>('seaworthy.deadline')

/**
 * Bounds the time from here to the response head: then `exchange.signal` aborts with a `TimeoutError`, and the client
 * gets a 504 problem. What the handler still brings is dropped. A streamed body may take longer.
 *
 * The deadline nearest to the handler holds: `deadline('off')` or `deadline('2m')` on a route takes the place of one
 * that is mounted for all.
 *
 * @throws {ServerError} `ERR_SERVER_OPTION` when it is 0.
 * @throws {SeaworthyError} `ERR_DURATION` when the duration is malformed.
 */
export function deadline(duration: Duration | 'off'): Middleware {
  const ms = duration === 'off' ? undefined : Math.min(parseDuration(duration), longest)
  if (ms === 0) throw new ServerError('ERR_SERVER_OPTION', "A deadline of 0 is over at once. Write 'off' for none.")
  return middleware({ name: 'deadline', around: (x, next) => limit(x, next, ms) })
}

function limit(
  x: Exchange,
  next: () => MaybePromise<Response>,
  ms: number | undefined,
): MaybePromise<Response> | undefined {
  x.get(current)?.end()
  if (ms === undefined) return undefined
  const own = new TimeLimit()
  x.set(current, own)
  const answer = next()
  return answer instanceof Promise ? own.race(x, ms, answer) : answer
}
