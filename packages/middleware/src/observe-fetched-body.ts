/** What is told of a response's body, once. */
export interface BodyObserver {
  /**
   * It was read to its end or cancelled, or there is none.
   *
   * @param at - When the response came, in milliseconds of `performance.now()`, if it was dropped unread.
   */
  ended(at?: number): void
  /** It broke off. */
  failed(error: unknown): void
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | ReadableByteStreamController

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>

/** What is left of a body that nobody will read: no reference to the stream that was handed out. */
interface Remains {
  readonly reader: Reader
  readonly observer: BodyObserver
  readonly since: number
}

/** Why a body that nobody read is cancelled: one fetch round another hears that both ended when the response came. */
class DroppedUnread extends Error {
  readonly since: number

  constructor(since: number) {
    super('The response was dropped unread.')
    this.since = since
  }
}

/** Bodies that nobody has read to the end: one that is collected ends, and gives its connection back. */
const unread = new FinalizationRegistry<Remains>(({ reader, observer, since }) => {
  observer.ended(since)
  reader.cancel(new DroppedUnread(since)).catch(() => undefined)
})

/**
 * The same response of a fetch, whose body tells when it has been read, has failed or was cancelled. A response that is
 * dropped tells when it is collected, and gives its connection back.
 */
export function observeFetchedBody(response: Response, observer: BodyObserver): Response {
  const { body, status, statusText, headers } = response
  if (!body || !canBeCopied(response)) {
    observer.ended()
    return response
  }
  const token = {}
  const bytes = isByteStream(body)
  const reader = body.getReader()
  const stream = relay(reader, bytes, {
    ended(at) {
      unread.unregister(token)
      observer.ended(at)
    },
    failed(error) {
      unread.unregister(token)
      observer.failed(error)
    },
  })
  // A server may have put a Response of its own in the global's place, which can do less than fetch's.
  const Kind = response.constructor as typeof Response
  const observed = resembling(new Kind(stream, { status, statusText, headers }), response)
  unread.register(stream, { reader, observer, since: performance.now() }, token)
  return observed
}

/** Not every status may be given a body (Fetch standard, "null body status"), and not every fetch has web streams. */
function canBeCopied({ body, status }: Response): boolean {
  const carriesBody = status >= 200 && status <= 599 && status !== 204 && status !== 205 && status !== 304
  return carriesBody && typeof body?.getReader === 'function' && !body.locked
}

function relay(reader: Reader, bytes: boolean, observer: BodyObserver): ReadableStream<Uint8Array<ArrayBuffer>> {
  let cancelled = false
  async function pull(controller: Controller): Promise<void> {
    try {
      const { done, value } = await reader.read()
      if (cancelled) return
      if (!done) return controller.enqueue(value)
      observer.ended()
      close(controller)
    } catch (error) {
      if (cancelled) return
      observer.failed(error)
      controller.error(error)
    }
  }
  function cancel(reason: unknown): Promise<void> {
    cancelled = true
    observer.ended(reason instanceof DroppedUnread ? reason.since : undefined)
    return reader.cancel(reason)
  }
  // Only what comes from a byte stream may go into one, which takes the memory of its chunks away from everyone else.
  return bytes
    ? new ReadableStream({ type: 'bytes', pull, cancel })
    : new ReadableStream<Uint8Array<ArrayBuffer>>({ pull, cancel }, { highWaterMark: 0 })
}

function isByteStream(body: ReadableStream<Uint8Array<ArrayBuffer>>): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

function close(controller: Controller): void {
  controller.close()
  // A reader that brought its own buffer waits for an answer to it.
  if ('byobRequest' in controller) controller.byobRequest?.respond(0)
}

/** Gives a copy what no constructor can set: where the response came from. */
function resembling(copy: Response, { url, redirected, type }: Response): Response {
  const clone = copy.clone.bind(copy)
  return Object.defineProperties(copy, {
    url: { value: url, configurable: true },
    redirected: { value: redirected, configurable: true },
    type: { value: type, configurable: true },
    clone: { value: () => resembling(clone(), copy), configurable: true },
  })
}
