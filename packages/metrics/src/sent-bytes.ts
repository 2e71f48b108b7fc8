import type { Exchange } from '@seaworthy/middleware'

/** Counts the bytes of a body as they are handed to the runtime. */
export interface ByteCounter {
  bytes: number
}

/** The part of Node's `ServerResponse` through which a body is sent. */
interface BodyWriter {
  write(chunk: unknown, ...rest: unknown[]): unknown
  end(chunk?: unknown, ...rest: unknown[]): unknown
}

/** The size that a `Content-Length` header declares; `undefined` where it declares none. */
export function declaredSize(header: string | null | undefined): number | undefined {
  return header && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

/** Counts what is sent through Node's response object; `undefined` where the runtime has none. */
export function countSent(x: Exchange): ByteCounter | undefined {
  const outgoing: unknown = x.runtime.outgoing
  if (!isBodyWriter(outgoing)) return undefined
  const counter: ByteCounter = { bytes: 0 }
  const { write, end } = outgoing
  let ending = false
  const counted: BodyWriter = {
    write(chunk, ...rest) {
      // HTTP/2 sends what end() was given through write().
      if (!ending) counter.bytes += sizeOf(chunk, rest[0])
      return write.call(this, chunk, ...rest)
    },
    end(chunk, ...rest) {
      ending = true
      counter.bytes += sizeOf(chunk, rest[0])
      return end.call(this, chunk, ...rest)
    },
  }
  Object.assign(outgoing, counted)
  return counter
}

/** Whether a response with this status to this method has a body at all (RFC 9110 §6.4.1). */
export function hasBody(method: string, status: number | undefined): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}

function isBodyWriter(outgoing: unknown): outgoing is BodyWriter {
  return typeof outgoing === 'object' && outgoing !== null && 'write' in outgoing && 'end' in outgoing
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8')
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0
}
