import { isProbe, middleware, type Exchange, type Middleware, type Outcome } from '@seaworthy/middleware'
import { accessFields, contentLength } from './access-fields.ts'
import { activeSpan } from './active-span.ts'
import type { Fields } from './fields.ts'
import { severity, type LogLevel } from './level.ts'
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
  const { ignore = isProbe, level = levelOf, fields, start = false } = options
  const pipeline = options.logger && pipelineOf(options.logger)
  const logger = new PipelineLogger(pipeline, undefined)
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
      if (start && !ignore(x))
        logger.about(x, { level: 'info', msg: `${x.method} ${x.path} began`, fields: startFields(x) })
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
      if (ignore(x)) return
      const chosen = level(x, outcome)
      if (chosen === 'silent') return
      const members = { ...accessFields(x, outcome, scope.bodySize), ...fields?.(x, outcome) }
      const thrown = severity[chosen] >= severity.error ? outcome.error : undefined
      logger.about(x, { level: chosen, msg: summary(x, outcome), fields: members, thrown })
    },
  })
}

function isWorthReading({ status = 0, error }: Outcome): boolean {
  return status >= 500 || error !== undefined || isSampled(activeSpan())
}

function levelOf(_: Exchange, { status = 0, aborted, error }: Outcome): LogLevel {
  if (status >= 500) return 'error'
  if (aborted) return 'warn'
  return status === 0 && error !== undefined ? 'error' : 'info'
}

function summary({ method, path }: Exchange, { status, aborted }: Outcome): string {
  const end = [status, aborted ? 'aborted' : undefined].filter((part) => part !== undefined)
  return [method, path, ...end].join(' ')
}

function startFields(x: Exchange): Fields {
  return { 'http.request.method': x.method, 'url.path': x.path }
}
