import { ExchangeRecord } from './exchange-record.ts'
import type { Exchange } from './exchange.ts'
import { applyHeaders } from './apply-headers.ts'
import { parseDuration, type Duration } from './parse-duration.ts'

/** What a {@link createTestExchange} stands for. */
export interface TestExchangeOptions extends RequestInit {
  /** @default 'http://localhost/' */
  readonly url?: string
  /** The address of the socket's other end. @default '127.0.0.1' */
  readonly peer?: string
  /** The template of the matched route. */
  readonly route?: string
}

/** An Exchange outside any server, for tests of a single hook. */
export interface TestExchange extends Exchange {
  /** The response with the headers that were set so far. */
  respond(response?: Response): Response
}

/** Makes an Exchange for tests of a single hook: `part.hooks[0].before(createTestExchange())`. */
export function createTestExchange(options: TestExchangeOptions = {}): TestExchange {
  const { url = 'http://localhost/', peer = '127.0.0.1', route, ...init } = options
  const env = { requestIP: () => ({ address: peer, port: 50_000 }) }
  const x = new ExchangeRecord(new Request(url, init), env, undefined)
  if (route !== undefined) x.route = route
  return Object.assign(x, {
    respond: (response = new Response()): Response => (x.headers ? applyHeaders(response, x.headers) : response),
  })
}

/** A clock that stands still until it is told. */
export interface TestClock {
  /** The time in milliseconds. */
  now(): number
  /** Moves the time on. */
  advance(duration: Duration): void
}

/**
 * Makes a clock for options that take one.
 *
 * @param start - Milliseconds. @default 0
 */
export function createTestClock(start = 0): TestClock {
  let time = start
  return {
    now: () => time,
    advance(duration) {
      time += parseDuration(duration)
    },
  }
}
