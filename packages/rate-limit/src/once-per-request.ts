import { type Exchange, key } from '@seaworthy/middleware'

const counted: unique symbol = Symbol('seaworthy.rate-limit.counted')

interface Carrier {
  [counted]?: object[]
}

/** Remembers whether a limiter has counted a request. */
export interface OncePerRequest {
  has(x: Exchange): boolean
  mark(x: Exchange): void
}

/**
 * A limiter counts a request once, although it may be mounted on several routes, and although a method override sends
 * the request through the application again: that is a new exchange, with the same outgoing message.
 */
export function oncePerRequest(): OncePerRequest {
  const limiter = {}
  const countedHere = key<boolean>(`seaworthy.rate-limit.${crypto.randomUUID()}`)

  return {
    has: (x) => x.get(countedHere) === true || carrierOf(x)?.[counted]?.includes(limiter) === true,
    mark(x) {
      x.set(countedHere, true)
      const carrier = carrierOf(x)
      if (carrier) (carrier[counted] ??= []).push(limiter)
    },
  }
}

function carrierOf(x: Exchange): Carrier | undefined {
  const outgoing: (object & Carrier) | undefined = x.runtime.outgoing
  return outgoing
}
