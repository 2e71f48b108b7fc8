import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** Why a body was not read: the status to answer, and why. */
export interface BodyRefusal {
  readonly status: 400 | 408 | 413 | 415
  readonly detail: string
}

/** How much is read, and for how long. */
export interface BodyLimits {
  /** As sent. */
  readonly bytes: number
  /** After decompression. */
  readonly inflated: number
  /** Milliseconds. */
  readonly time: number
}

const inflate = promisify(gunzip)

/** The whole body of a request, decompressed where it says so, as long as it stays within its limits. */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array | BodyRefusal> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return { status: 415, detail: 'Compress with gzip, or not at all.' }
  }
  const sent = await readSent(request, limits)
  if (!(sent instanceof Uint8Array) || encoding === 'identity' || sent.length === 0) return sent
  try {
    return await inflate(sent, { maxOutputLength: limits.inflated })
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return tooLarge || error instanceof RangeError
      ? { status: 413, detail: `The body is longer than ${limits.inflated} bytes when it is decompressed.` }
      : { status: 400, detail: 'The body is no gzip.' }
  }
}

async function readSent(request: Request, limits: BodyLimits): Promise<Uint8Array | BodyRefusal> {
  const tooLong: BodyRefusal = { status: 413, detail: `The body is longer than ${limits.bytes} bytes.` }
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytes) return tooLong
  const reader = request.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limits.time, 'late')
  })
  try {
    const chunks: Uint8Array[] = []
    let length = 0
    for (;;) {
      const next = await Promise.race([reader.read(), late])
      if (next === 'late') return giveUp(reader, { status: 408, detail: 'The body took too long.' })
      if (next.done) return Buffer.concat(chunks)
      length += next.value.length
      if (length > limits.bytes) return giveUp(reader, tooLong)
      chunks.push(next.value)
    }
  } catch {
    return { status: 400, detail: 'The body ended early.' }
  } finally {
    clearTimeout(timer)
  }
}

function giveUp(reader: { cancel(): Promise<void> }, refusal: BodyRefusal): BodyRefusal {
  reader.cancel().catch(() => {})
  return refusal
}
