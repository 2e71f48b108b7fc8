import { middleware, type Exchange, type Middleware, type Outcome } from '@seaworthy/middleware'
import { contentLength } from './access-fields.ts'
import { AccessLine } from './access-line.ts'
import { activeSpan } from './active-span.ts'
import type { Fields } from './fields.ts'
import type { LogLevel } from './level.ts'
import type { Logger } from './logger.ts'
import { PipelineLogger, pipelineOf } from './pipeline-logger.ts'
import { isSampled, RequestScope, scopeKey } from './request-scope.ts'

/** Settings of {@link requestLog}. */
export interface RequestLogOptions {
  /** What `log` is during the request, and where the access line goes. @default the one of `configureLog` */
  readonly logger?: Logger
  /** Requests without an access line. Their handlers can log all the same. @default isProbe */
  readonly ignore?: (x: Exchange) => boolean
  /** The level of the access line; `'silent'` for none. @default 'error' from 500 on, 'warn' when aborted, else 'info' */
  readonly level?: (x: Exchange, outcome: Outcome) => LogLevel | 'silent'
  /** Further fields of the access line. @default none */
  readonly fields?: (x: Exchange, outcome: Outcome) => Fields
  /** Whether a line is also written when a request begins. @default false */
  readonly start?: boolean
}

/**
 * Gives each request a scope of its own, in which `log` follows it, and writes one line when its body has been sent.
 * Mounted twice, the outer one counts.
 *
 * @throws {LogError} `ERR_LOG_LOGGER` when the logger was not made by `createLogger`.
 */
export function requestLog(options: RequestLogOptions = {}): Middleware {
  const pipeline = options.logger && pipelineOf(options.logger)
  const line = new AccessLine(new PipelineLogger(pipeline, undefined), options)
  const owner = {}

  function ownScope(x: Exchange): RequestScope | undefined {
    const scope = x.get(scopeKey)
    return scope?.owner === owner ? scope : undefined
  }

  return middleware({
    name: 'requestLog',
    before(x) {
      if (x.get(scopeKey) !== undefined) return
      x.set(scopeKey, new RequestScope(pipeline, owner))
      // A closed socket no longer tells its peer: the exchange remembers it when asked now.
      void x.peer
      line.begin(x)
    },
    after(x, response) {
      const scope = ownScope(x)
      if (scope === undefined) return
      if (response.status >= 500) scope.release()
      scope.bodySize = contentLength(response.headers.get('content-length'))
    },
    settled(x, outcome) {
      const scope = ownScope(x)
      if (scope === undefined) return
      if (isWorthReading(outcome)) scope.release()
      else scope.drop()
      line.end(x, outcome, scope.bodySize)
    },
  })
}

function isWorthReading({ status = 0, error }: Outcome): boolean {
  return status >= 500 || error !== undefined || isSampled(activeSpan())
}
