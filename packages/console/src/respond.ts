import { problem, type Problem } from '@seaworthy/middleware'

/** Headers of everything that the console answers. */
const guarded: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Headers with those that everything of the console has. */
export function headers(own: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...guarded, ...own }
}

/** A value as JSON. */
export function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: headers({ 'content-type': 'application/json' }) })
}

/** An answer without content. */
export function empty(status: 204 | 308, own: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: headers(own) })
}

/** What cannot be answered. */
export function failure({ headers: own, ...members }: Problem): Response {
  return problem({ ...members, headers: headers({ 'content-type': 'application/problem+json', ...own }) })
}

/** Nothing is there. */
export function notFound(detail: string): Response {
  return failure({ status: 404, detail })
}

/** Something is there, but not for this method. */
export function notAllowed(allow: string): Response {
  return failure({ status: 405, headers: { allow } })
}
