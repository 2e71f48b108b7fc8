import type { PendingHeader } from './header-field.ts'

/**
 * Puts the collected headers on a response, with one copy where its headers are immutable, as those of fetched and
 * redirect responses are. `Response.error()` is left alone: a copy would turn its status 0 into 200.
 */
export function applyHeaders(response: Response, headers: readonly PendingHeader[]): Response {
  if (response.status === 0) return response
  try {
    write(response.headers, headers)
    return response
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  const copy = new Response(response.body, response)
  write(copy.headers, headers)
  return copy
}

function write(target: Headers, headers: readonly PendingHeader[]): void {
  for (const { name, value, append } of headers) {
    if (append) target.append(name, value)
    else target.set(name, value)
  }
}
