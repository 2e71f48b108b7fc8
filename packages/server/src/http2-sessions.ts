import { constants, type Http2ServerResponse, type Http2Session, type ServerHttp2Session } from 'node:http2'
import { isEventStream } from './event-stream.ts'
import type { ServeSettings } from './serve-options.ts'
import { stripConnectionHeaders } from './strip-connection-headers.ts'

/** A request under way. */
interface Exchange {
  readonly response: Http2ServerResponse
  /** When it had its head. */
  readonly since: number
}

interface Session {
  readonly since: number
  /** It has had a request. */
  used: boolean
  /** It has been told to make no more. */
  told: boolean
}

/** A stream id that no client has reached: "more requests are welcome, but soon no longer" (RFC 9113 §6.8). */
const lastStreamId = 2 ** 31 - 1

/** The HTTP/2 sessions of a server, and what is under way on them. */
export class Http2Sessions {
  readonly #timeouts: ServeSettings['timeouts']
  readonly #sessions = new Map<Http2Session, Session>()
  readonly #exchanges = new Set<Exchange>()
  #draining = false

  constructor(timeouts: ServeSettings['timeouts']) {
    this.#timeouts = timeouts
  }

  add(session: ServerHttp2Session, now: number): void {
    this.#sessions.set(session, { since: now, used: false, told: false })
    session.once('close', () => this.#sessions.delete(session))
    session.setTimeout(this.#timeouts.idle, () => {
      if (!this.#isActive(session)) session.close()
    })
  }

  /** A request has come. */
  began(response: Http2ServerResponse, now: number): void {
    const { session } = response.stream
    if (session) this.#used(session)
    const exchange = { response, since: now }
    this.#exchanges.add(exchange)
    response.once('close', () => this.#exchanges.delete(exchange))
    stripConnectionHeaders(response)
  }

  /** Cuts what has taken too long: opening, request bodies, and responses except event streams. */
  expire(now: number): void {
    const { readHeader, read, write } = this.#timeouts
    for (const [session, { since, used }] of this.#sessions) if (!used && since < now - readHeader) session.destroy()
    for (const { response, since } of this.#exchanges) {
      const slowBody = since < now - read && response.stream.state.remoteClose !== 1
      const slowResponse = since < now - write && !isEventStream(response)
      if (slowBody || slowResponse) response.stream.close(constants.NGHTTP2_CANCEL)
    }
  }

  /** Sends GOAWAY, to a session that has just begun after its first request. */
  drain(): void {
    this.#draining = true
    for (const [session, state] of this.#sessions) this.#tell(session, state)
  }

  /** Takes no more requests; what is under way goes on, but for event streams. */
  close(): void {
    for (const session of this.#sessions.keys()) if (!session.closed) session.close()
    for (const { response } of this.#exchanges) if (isEventStream(response)) response.end()
  }

  destroy(): void {
    for (const session of this.#sessions.keys()) session.destroy()
  }

  #used(session: Http2Session): void {
    const state = this.#sessions.get(session)
    if (!state) return
    state.used = true
    this.#tell(session, state)
  }

  #tell(session: Http2Session, state: Session): void {
    if (!this.#draining || !state.used || state.told) return
    state.told = true
    session.goaway(constants.NGHTTP2_NO_ERROR, lastStreamId)
  }

  #isActive(session: Http2Session): boolean {
    return [...this.#exchanges].some(({ response }) => response.stream.session === session)
  }
}
