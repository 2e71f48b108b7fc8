import { core, partsSymbol } from './core.ts'
import type { Hooks, MaybePromise } from './hooks.ts'
import { runFetchLayer } from './fetch-layer.ts'
import { runHonoLayer } from './hono-layer.ts'
import { SeaworthyError } from './seaworthy-error.ts'

/** The part of a Hono context that is used. A structural type: Hono is not imported. */
export interface HonoContext {
  readonly req: { raw: Request; readonly path: string; readonly method: string; readonly routeIndex: number }
  readonly env: unknown
  readonly finalized: boolean
  readonly error: Error | undefined
  get res(): Response
  set res(response: Response | undefined)
}

/** One value that is a middleware in Hono, in srvx, and for {@link handler}. */
export interface Middleware {
  (c: HonoContext, next: () => Promise<void>): Promise<Response | void>
  (request: Request, next: (request?: Request) => MaybePromise<Response>): MaybePromise<Response>
  /** The parts that it consists of, in order: `stack()` fuses them. */
  readonly hooks: readonly Hooks[]
}

/**
 * Turns hooks into a middleware for Hono, srvx and plain Fetch.
 *
 * @throws {SeaworthyError} `ERR_TWO_CORES` when an incompatible copy of this package is installed as well.
 */
export function middleware(hooks: Hooks): Middleware {
  return middlewareOf([hooks], hooks.name ?? 'middleware')
}

type HonoNext = () => Promise<void>
type FetchNext = (request?: Request) => MaybePromise<Response>

/** One layer that runs several parts. */
export function middlewareOf(parts: readonly Hooks[], name: string): Middleware {
  core()
  function run(c: HonoContext, next: () => Promise<void>): Promise<Response | void>
  function run(request: Request, next: (request?: Request) => MaybePromise<Response>): MaybePromise<Response>
  function run(of: HonoContext | Request, next: HonoNext | FetchNext): MaybePromise<Response | void> {
    // The overloads pair each kind of first argument with its kind of next.
    if (!('req' in of)) return runFetchLayer(parts, of, next as FetchNext)
    if (of.req.raw === undefined) throw unsupportedHost()
    return runHonoLayer(parts, of, next as HonoNext)
  }
  Object.defineProperty(run, 'name', { value: name })
  return Object.assign(run, { hooks: Object.freeze([...parts]), [partsSymbol]: true })
}

function unsupportedHost(): SeaworthyError {
  return new SeaworthyError(
    'ERR_UNSUPPORTED_HOST',
    'This middleware was given an event of h3, which is neither a Hono context nor a Request. ' +
      'Wrap the application instead: handler(mw, (request) => h3.fetch(request)).',
  )
}
