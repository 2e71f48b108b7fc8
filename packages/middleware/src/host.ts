import type { MaybePromise } from './hooks.ts'
import type { HonoContext } from './middleware.ts'

/** What a layer runs inside its parts: the rest of Hono's chain, or a fetch function. */
export interface Host {
  /** The Hono context that it belongs to; `undefined` for a fetch function. */
  readonly context: HonoContext | undefined
  next(request: Request | undefined): MaybePromise<Response>
  /** A part has answered while the rest of the chain still runs. */
  sealed(response: Response): void
}
