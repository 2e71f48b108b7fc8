import type { Limiter } from '@seaworthy/middleware'
import type { AuditOptions, AuditSink } from './audit.ts'
import type { Guard } from './guard.ts'

/** Settings of {@link security}. */
export interface SecurityOptions<P> {
  /** What a route asks for that no marker speaks of. */
  readonly default: Guard<P>
  /** Receives one event for each request. */
  readonly audit?: AuditSink | AuditOptions
  /**
   * Limits guessing by client address: it is asked before a verification, and charged after one that failed.
   * IPv6 addresses are counted by their /64 network.
   */
  readonly failures?: Limiter
  /**
   * What becomes of a request that no route matches: it has to satisfy the default, as a mounted file server may
   * answer it, or the guard answers 404.
   *
   * @default 'authenticate'
   */
  readonly unmatched?: 'authenticate' | 'not-found'
  /** Bounds on verifications in flight: the next is answered with 503, or for its address with 429. */
  readonly inFlight?: {
    /** @default 1024 */
    readonly total?: number
    /**
     * Different credentials of one address. Holds where `failures` is given, so that guesses at once cannot outrun it;
     * an address has at most half of the total with whatever credentials, or so many. @default 64
     */
    readonly perAddress?: number
  }
  /** Writes the subject as `enduser.id` on the active span. @default false */
  readonly enduserId?: boolean
}
