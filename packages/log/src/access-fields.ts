import type { Exchange, Outcome } from '@seaworthy/middleware'

/** What an access line tells, under the names of OpenTelemetry's HTTP conventions. No query, no headers, no bodies. */
export function accessFields(x: Exchange, outcome: Outcome, bodySize: number | undefined): Record<string, unknown> {
  return {
    'http.request.method': x.method,
    'http.route': x.route,
    'url.path': x.path,
    'http.response.status_code': outcome.status,
    'error.type': outcome.aborted ? 'client_disconnect' : undefined,
    duration_ms: milliseconds(performance.now() - x.startTime),
    'client.address': x.client,
    'http.request.body.size': requestSize(x),
    'http.response.body.size': bodySize,
  }
}

/** Microseconds are as exact as the clock is meant to be. */
function milliseconds(duration: number): number {
  return Math.round(duration * 1000) / 1000
}

/** Where there is no body by its method, its headers are not looked at. */
function requestSize(x: Exchange): number | undefined {
  return x.method === 'GET' || x.method === 'HEAD' ? undefined : contentLength(x.header('content-length'))
}

/** The value of a `content-length` header (RFC 9110 §8.6). */
export function contentLength(header: string | null | undefined): number | undefined {
  return header && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
