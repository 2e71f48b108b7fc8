/** A response body that is sent while it is made. */
class StreamedBody {
  readonly since: number
  readonly isEventStream: boolean
  readonly stream: ReadableStream<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #ended: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(body: ReadableStream<Uint8Array>, since: number, isEventStream: boolean, ended: () => void) {
    this.since = since
    this.isEventStream = isEventStream
    this.#reader = body.getReader()
    this.#ended = ended
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#pull(),
        cancel: (reason) => this.#cancel(reason),
      },
      { highWaterMark: 0 },
    )
  }

  /** Ends it as if it had come to its end. */
  end(): void {
    this.#take()?.close()
    void this.#cancel('The server is closing.')
  }

  /** Breaks it off, which the client sees. */
  cut(reason: unknown): void {
    this.#take()?.error(reason)
    void this.#cancel(reason)
  }

  async #pull(): Promise<void> {
    try {
      const { done, value } = await this.#reader.read()
      if (done) this.#take()?.close()
      else this.#controller?.enqueue(value)
    } catch (error) {
      this.#take()?.error(error)
    }
  }

  async #cancel(reason: unknown): Promise<void> {
    this.#take()
    try {
      await this.#reader.cancel(reason)
    } catch {
      // The source failed to stop: nobody reads it any more.
    }
  }

  /** The controller, once: a stream ends once. */
  #take(): ReadableStreamDefaultController<Uint8Array> | undefined {
    const controller = this.#controller
    this.#controller = undefined
    if (controller) this.#ended()
    return controller
  }
}

/** The response bodies that are being streamed, where the runtime has no other way to end one. */
export class StreamedBodies {
  readonly #open = new Set<StreamedBody>()

  /** The same response, with a body that can be ended from here. An event stream has something to do when it ends. */
  wrap(response: Response, since: number, eventStreamEnded?: () => void): Response {
    const { body, status, statusText, headers } = response
    if (!body) return response
    const streamed = new StreamedBody(body, since, eventStreamEnded !== undefined, () => {
      this.#open.delete(streamed)
      eventStreamEnded?.()
    })
    this.#open.add(streamed)
    return new Response(streamed.stream, { status, statusText, headers })
  }

  /** Cuts what began before `time`, except event streams. */
  expire(time: number): void {
    for (const body of this.#open) {
      if (body.since < time && !body.isEventStream) {
        body.cut(new DOMException('The response was not sent in time.', 'TimeoutError'))
      }
    }
  }

  endEventStreams(): void {
    for (const body of this.#open) if (body.isEventStream) body.end()
  }
}
