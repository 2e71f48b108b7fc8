/** The beginning of a body that passes through. */
export class ObservedBody {
  readonly #kept: Uint8Array[] = []
  #room: number
  /** Bytes that have passed. */
  size = 0
  isComplete = false

  constructor(maxSize: number) {
    this.#room = maxSize
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.byteLength
    if (this.#room === 0) return
    // A copy: the chunk belongs to whoever reads it next.
    const kept = chunk.slice(0, this.#room)
    this.#room -= kept.byteLength
    this.#kept.push(kept)
  }

  /** As much as was kept, cut on a character boundary. */
  text(charset: string | undefined): string {
    const decoder = decoderFor(charset)
    return this.#kept.map((chunk) => decoder.decode(chunk, { stream: true })).join('')
  }

  /** How many bytes were not kept. */
  get missing(): number {
    return this.size - this.#kept.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }
}

function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}

/**
 * The same stream, chunk by chunk as it is read, observed on its way.
 *
 * @param ended - Called once: when it has been read, has failed or was cancelled.
 */
export function observe(
  stream: ReadableStream<Uint8Array>,
  body: ObservedBody,
  ended: () => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) {
            body.add(value)
            return controller.enqueue(value)
          }
          body.isComplete = true
          controller.close()
          ended()
        } catch (error) {
          controller.error(error)
          ended()
        }
      },
      async cancel(reason) {
        ended()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
