import type { Exchange } from '@seaworthy/middleware'
import type { HealthView } from './api-service.ts'
import type { HealthHistory } from './health-history.ts'
import { LiveCursor, type LiveEvent } from './live-cursor.ts'
import { Query } from './query.ts'
import { failure, headers } from './respond.ts'
import type { TelemetryStore } from './telemetry-store.ts'

/** Milliseconds between two looks at what has happened. */
const pace = 200

/** Milliseconds after which an idle stream shows that it is alive, and after which one that nobody reads is ended. */
const heartbeat = 15_000
const patience = 30_000

/** Milliseconds between two questions to the checks of health while somebody watches them. */
const healthPace = 10_000

/** The most streams at once. */
const mostStreams = 32

/** How many bytes may wait for a reader before nothing more is written to it. */
const mostWaiting = 65_536

const encoder = new TextEncoder()

/**
 * The open event streams. Nothing runs while there are none. A stream has a place in the store and no queue of its own:
 * what a slow reader misses is not written later, but put together and, beyond one event, counted.
 */
export class LiveStreams {
  readonly #store: TelemetryStore
  readonly #health: HealthHistory
  readonly #boot: string
  readonly #open = new Set<LiveStream>()
  #timer: ReturnType<typeof setInterval> | undefined
  #healthAsked = -Infinity
  #collected = -Infinity
  #closed = false
  readonly #collect: () => void

  /** @param collect - Brings the metrics up to date: called each second while somebody watches them. */
  constructor(store: TelemetryStore, health: HealthHistory, boot: string, collect: () => void) {
    this.#store = store
    this.#health = health
    this.#boot = boot
    this.#collect = collect
  }

  /** Opens a stream for a request. */
  open(x: Exchange): Response {
    if (this.#closed) return unavailable('The console is closed.')
    if (this.#open.size >= mostStreams) return unavailable('Too many pages are open.')
    const cursor = new LiveCursor(this.#store, new Query(x.url))
    const [boot, place] = (x.header('last-event-id') ?? '').split('/')
    const resumed = boot === this.#boot && place !== undefined && cursor.resume(place)
    const stream = new LiveStream(cursor, this.#boot, () => this.#remove(stream))
    stream.write([{ name: 'hello', data: { boot: this.#boot, reset: boot !== '' && !resumed } }])
    this.#open.add(stream)
    this.#timer ??= unref(setInterval(() => this.#tick(), pace))
    x.signal.addEventListener('abort', stream.end, { once: true })
    return new Response(stream.body, {
      headers: headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }),
    })
  }

  /** Ends all streams. A page that asks again is refused, so that it does not hold up a shutdown. */
  close(): void {
    this.#closed = true
    for (const stream of this.#open) stream.end()
  }

  #tick(): void {
    this.#keepFresh(performance.now())
    const health = { seq: this.#health.seq, view: this.#health.view() }
    for (const stream of this.#open) {
      try {
        stream.flush(health)
      } catch {
        // Whatever telemetry holds, showing it must not end the service.
        stream.end()
      }
    }
  }

  #keepFresh(now: number): void {
    const topics = new Set([...this.#open].flatMap(({ topics: each }) => [...each]))
    if (topics.has('metrics') && now - this.#collected >= 1_000) {
      this.#collected = now
      this.#collect()
    }
    if (topics.has('health') && now - this.#healthAsked >= healthPace) {
      this.#healthAsked = now
      void this.#health.refresh()
    }
  }

  #remove(stream: LiveStream): void {
    this.#open.delete(stream)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** One stream to one page. */
class LiveStream {
  readonly body: ReadableStream<Uint8Array>
  /** Ends it, from this side or because the client left. */
  readonly end: () => void
  readonly #cursor: LiveCursor
  readonly #boot: string
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #health = -1
  #written = performance.now()

  constructor(cursor: LiveCursor, boot: string, onEnd: () => void) {
    this.#cursor = cursor
    this.#boot = boot
    const ended = (): void => {
      this.#controller = undefined
      onEnd()
    }
    const end = (): void => {
      this.#controller?.close()
      ended()
    }
    this.end = end
    this.body = new ReadableStream<Uint8Array>(
      { start: (controller) => void (this.#controller = controller), cancel: ended },
      { highWaterMark: mostWaiting, size: (chunk) => chunk?.length ?? 0 },
    )
  }

  get topics(): LiveCursor['topics'] {
    return this.#cursor.topics
  }

  /** Writes what has happened, if the reader has read what was written before. */
  flush(health: { readonly seq: number; readonly view: HealthView }): void {
    const silent = performance.now() - this.#written
    if ((this.#controller?.desiredSize ?? 0) <= 0) {
      if (silent > patience) this.end()
      return
    }
    const events: LiveEvent[] = [...this.#cursor.read()]
    if (this.topics.has('health') && health.seq !== this.#health) {
      this.#health = health.seq
      events.push({ name: 'health', data: health.view })
    }
    if (events.length > 0) this.write(events)
    else if (silent > heartbeat) this.#send(': still here\n\n')
  }

  /** Writes events. */
  write(events: readonly LiveEvent[]): void {
    const id = `id: ${this.#boot}/${this.#cursor.place}\n`
    this.#send(events.map(({ name, data }) => `event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`).join(''))
  }

  #send(text: string): void {
    this.#written = performance.now()
    this.#controller?.enqueue(encoder.encode(text))
  }
}

function unavailable(detail: string): Response {
  return failure({ status: 503, detail, headers: { 'retry-after': '5' } })
}

function unref(timer: ReturnType<typeof setInterval>): ReturnType<typeof setInterval> {
  timer.unref()
  return timer
}
