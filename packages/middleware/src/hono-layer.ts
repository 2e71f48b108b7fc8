import { core } from './core.ts'
import { ExchangeRecord } from './exchange-record.ts'
import { carry, openExchange } from './find-exchange.ts'
import { abandonExchange, finishExchange } from './finish-exchange.ts'
import type { Hooks } from './hooks.ts'
import type { Host } from './host.ts'
import { isPromise } from './is-promise.ts'
import { ignoreLateWrites } from './late-writes.ts'
import { runLayer, type Layer } from './layer.ts'
import type { HonoContext } from './middleware.ts'
import { problem } from './problem.ts'

interface HonoLayer extends Layer {
  readonly host: HonoHost
}

/** Runs parts as one middleware of Hono. */
export function runHonoLayer(
  parts: readonly Hooks[],
  c: HonoContext,
  next: () => Promise<void>,
): Promise<Response | void> {
  const found = openExchange(c.req.raw, c)
  if (found) {
    found.hono ??= c
    carry(c, found)
    found.request = c.req.raw
    return runInner(found, { parts, host: new HonoHost(found, c, next) })
  }
  const x = new ExchangeRecord(c.req.raw, c.env, c)
  carry(c, x)
  carry(c.req.raw, x)
  return core().ambient.run(x, runOutermost, x, { parts, host: new HonoHost(x, c, next) })
}

async function runInner(x: ExchangeRecord, layer: HonoLayer): Promise<Response | void> {
  const response = runLayer(x, layer, 0, undefined)
  return layer.host.place(isPromise(response) ? await response : response)
}

async function runOutermost(x: ExchangeRecord, layer: HonoLayer): Promise<Response | void> {
  try {
    const response = runLayer(x, layer, 0, undefined)
    return layer.host.place(finishExchange(x, isPromise(response) ? await response : response))
  } catch (error) {
    abandonExchange(x, error)
    throw error
  }
}

class HonoHost implements Host {
  readonly #x: ExchangeRecord
  readonly context: HonoContext
  readonly #next: () => Promise<void>

  constructor(x: ExchangeRecord, c: HonoContext, next: () => Promise<void>) {
    this.#x = x
    this.context = c
    this.#next = next
  }

  next(request: Request | undefined): Promise<Response> {
    if (request) this.#replaceRequest(request)
    return this.#next().then(
      () => {
        // Hono resolves for an Error that onError has answered.
        if (this.context.error && !this.#x.sealed) this.#x.error = this.context.error
        return this.context.res
      },
      (error: unknown) => {
        // An Error here means that onError or notFound threw it; Hono hands anything else thrown to nobody.
        if (error instanceof Error) throw error
        if (!this.#x.sealed) this.#x.error = error
        return problem({ status: 500 })
      },
    )
  }

  #replaceRequest(request: Request): void {
    this.#x.request = request
    carry(request, this.#x)
    Object.assign(this.context.req, { raw: request, bodyCache: {} })
  }

  sealed(response: Response): void {
    this.#replace(response)
    ignoreLateWrites(this.context)
  }

  /** Makes a response the one that Hono sends. */
  place(response: Response): Response | void {
    if (!this.context.finalized) return response
    if (this.context.res !== response) this.#replace(response)
  }

  /** Without the first assignment Hono would copy the headers of the former response over. */
  #replace(response: Response): void {
    this.context.res = undefined
    this.context.res = response
  }
}
