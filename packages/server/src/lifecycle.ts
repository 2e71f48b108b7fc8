import type { Middleware } from '@seaworthy/middleware'
import type { Server } from './server.ts'

/** What a server needs of a life cycle: `shutdown()` of `@seaworthy/shutdown` is one. */
export interface ServerLifecycle extends Middleware {
  /** Is told of the server that it must drain and close. */
  attach(server: Server): void
  /** Is told that the server listens. */
  ready(): void
}
