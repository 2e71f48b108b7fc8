/** Hears once how the body of a response ended. */
export interface BodyEnd {
  /**
   * It has been read or cancelled, or there is none.
   *
   * @param at - When the response came, in milliseconds of `performance.now()`, if nobody read it.
   */
  ended(at?: number): void
  /** It broke off. */
  failed(error: unknown): void
}

type Bytes = Uint8Array<ArrayBuffer>

/** Responses that nobody has read: when one is collected, it has ended where it came. */
const unread = new FinalizationRegistry<() => void>((ended) => ended())

/** The same response, telling how its body ends. */
export function observeResponse(response: Response, end: BodyEnd): Response {
  const { body, status, statusText, headers } = response
  // The Fetch standard makes no Response with a body and one of these statuses.
  if (body === null || status < 200 || status === 204 || status === 205 || status === 304) {
    end.ended()
    return response
  }
  const token = {}
  const since = performance.now()
  const stream = relay(body, {
    ended() {
      unread.unregister(token)
      end.ended()
    },
    failed(error) {
      unread.unregister(token)
      end.failed(error)
    },
  })
  const observed = resembling(new Response(stream, { status, statusText, headers }), response)
  unread.register(observed, () => end.ended(since), token)
  return observed
}

/** Passes a body on as it is read. */
function relay(body: ReadableStream<Bytes>, end: BodyEnd): ReadableStream<Bytes> {
  const bytes = isByteStream(body)
  const reader = body.getReader()
  let cancelled = false

  async function pull(
    controller: ReadableStreamDefaultController<Bytes> | ReadableByteStreamController,
  ): Promise<void> {
    try {
      const chunk = await nextChunk(reader)
      if (cancelled) return
      if (chunk !== undefined) return controller.enqueue(chunk)
      end.ended()
      controller.close()
      // A reader that brought its own buffer waits for an answer to it.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0)
    } catch (error) {
      if (cancelled) return
      end.failed(error)
      controller.error(error)
    }
  }

  function cancel(reason: unknown): Promise<void> {
    cancelled = true
    end.ended()
    return reader.cancel(reason)
  }

  // A byte stream takes the memory of its chunks away: only what another one gave up may go into it.
  return bytes
    ? new ReadableStream({ type: 'bytes', pull, cancel })
    : new ReadableStream<Bytes>({ pull, cancel }, { highWaterMark: 0 })
}

function isByteStream(body: ReadableStream<Bytes>): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/** The next chunk with something in it, which is what a byte stream takes; `undefined` at the end. */
async function nextChunk(reader: ReadableStreamDefaultReader<Bytes>): Promise<Bytes | undefined> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done || value.byteLength > 0) return value
  }
}

/** Gives a copy what its constructor cannot. */
function resembling(copy: Response, { url, redirected, type }: Response): Response {
  const clone = copy.clone.bind(copy)
  return Object.defineProperties(copy, {
    url: { value: url, configurable: true },
    redirected: { value: redirected, configurable: true },
    type: { value: type, configurable: true },
    clone: { value: () => resembling(clone(), copy), configurable: true },
  })
}
