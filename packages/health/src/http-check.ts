import { context, propagation } from '@opentelemetry/api'
import type { Duration } from '@seaworthy/middleware'
import { type BuiltInCheck, builtInCheck } from './check.ts'
import { HealthError } from './health-error.ts'

/** Settings of {@link httpCheck}. */
export interface HttpCheckOptions {
  /** How long the answer may take. @default '1s' */
  readonly timeout?: Duration
  /** The path to ask. @default the path of the URL, else '/livez' */
  readonly path?: string
  /** Headers to send, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** What sends the request. @default the global fetch */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/**
 * Checks that another service answers a GET request with 2xx. Redirects are not followed: a redirect is a failure.
 * The trace goes with the request.
 *
 * Ask a peer for its `/livez`, not its `/readyz` or `/healthz`: else two services that depend on each other, or on one
 * failing database, report each other as down.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when the URL cannot be asked.
 */
export function httpCheck(url: string | URL, options: HttpCheckOptions = {}): BuiltInCheck {
  const target = resolveTarget(url, options.path)
  const { timeout = '1s', headers = {}, fetch: send = (...request) => fetch(...request) } = options
  return builtInCheck(check, 'component', timeout)

  async function check(signal: AbortSignal): Promise<unknown> {
    const carrier: Record<string, string> = { ...headers }
    propagation.inject(context.active(), carrier)
    const response = await send(target, { headers: carrier, redirect: 'manual', signal })
    // Unread, the body would hold the connection.
    await response.body?.cancel()
    if (response.ok) return undefined
    return { status: 'fail', output: `it was answered ${response.status || 'with a redirect'}` }
  }
}

function resolveTarget(url: string | URL, path: string | undefined): string {
  const target = URL.parse(String(url))
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw invalid('the URL is not an absolute one of http or https. Write "http://orders:8080", for example.')
  }
  if (target.username !== '' || target.password !== '') {
    throw invalid('the URL has credentials. Send them as a header: { headers: { authorization } }.')
  }
  if (path !== undefined) return new URL(path, target).href
  if (target.pathname === '/' && target.search === '') target.pathname = '/livez'
  return target.href
}

function invalid(what: string): HealthError {
  return new HealthError('ERR_HEALTH_OPTION', `httpCheck cannot be made: ${what}`)
}
