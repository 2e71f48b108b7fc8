/**
 * A fetch that gives up after a time, in milliseconds, and when the caller's own signal says so.
 *
 * @param send - The fetch that is bounded; its spans and log lines tell a timeout by its name.
 */
export function fetchWithin(milliseconds: number, send: typeof fetch): typeof fetch {
  const bounded: typeof fetch = (input, init) => {
    const timeout = AbortSignal.timeout(milliseconds)
    return send(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
  }
  return Object.assign(bounded, send)
}
