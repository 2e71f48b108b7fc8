/** Who waits for the body of a request. */
export interface ReadCount {
  reading: number
}

const countSymbol: unique symbol = Symbol('count')
const streamSymbol: unique symbol = Symbol('stream')

interface Watched extends Request {
  [countSymbol]?: ReadCount
  [streamSymbol]?: ReadableStream<Uint8Array> | null
}

const readers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const

let prototype: object | undefined

/**
 * Counts the reads of a request's body that have not ended. The request stays the object that Bun's server knows: it
 * gets a prototype whose body methods count, and then do what they always do.
 */
export function watchReads(request: Watched, count: ReadCount): void {
  request[countSymbol] = count
  Object.setPrototypeOf(request, (prototype ??= countingPrototype()))
}

function countingPrototype(): object {
  const original = Request.prototype
  const counting: object = Object.create(original)
  for (const name of readers) {
    const value = function (this: Watched): Promise<unknown> {
      return counted(this[countSymbol], () => original[name].call(this))
    }
    Object.defineProperty(counting, name, { value })
  }
  Object.defineProperty(counting, 'body', {
    get(this: Watched) {
      return (this[streamSymbol] ??= countedStream(Reflect.get(original, 'body', this), this[countSymbol]))
    },
  })
  return counting
}

async function counted<T>(count: ReadCount | undefined, read: () => Promise<T>): Promise<T> {
  if (!count) return read()
  count.reading++
  try {
    return await read()
  } finally {
    count.reading--
  }
}

function countedStream(
  body: ReadableStream<Uint8Array> | null,
  count: ReadCount | undefined,
): ReadableStream<Uint8Array> | null {
  if (!body) return null
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const source = (reader ??= body.getReader())
        const { done, value } = await counted(count, () => source.read())
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => (reader ?? body).cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
