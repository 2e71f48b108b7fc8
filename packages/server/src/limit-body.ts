/** A body that is cut when it gets too long. */
export interface LimitedBody {
  readonly body: ReadableStream<Uint8Array>
  /** Resolves when more than the limit has come. */
  readonly exceeded: Promise<void>
}

/** Passes a body on as long as it stays within `max` bytes, and fails the read that would go beyond. */
export function limitBody(body: ReadableStream<Uint8Array>, max: number): LimitedBody {
  const { promise: exceeded, resolve } = Promise.withResolvers<void>()
  const reader = body.getReader()
  let left = max
  const limited = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        left -= value.byteLength
        if (left >= 0) return controller.enqueue(value)
        resolve()
        // After the answer has taken its way: a handler that fails on the read must not overtake it.
        await new Promise((done) => setTimeout(done))
        const error = new DOMException(`The request body is longer than ${max} bytes.`, 'QuotaExceededError')
        controller.error(error)
        await reader.cancel(error)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return { body: limited, exceeded }
}
