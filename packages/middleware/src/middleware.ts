import type { Hooks, MaybePromise } from './hooks.ts'

/** The part of a Hono context that is used. A structural type: Hono is not imported. */
export interface HonoContext {
  readonly req: {
    readonly raw: Request
    readonly path: string
    readonly method: string
    readonly routeIndex: number
  }
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
