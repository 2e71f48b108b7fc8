/** `fetch`, or what is called like it. */
export type Fetch = typeof globalThis.fetch

/**
 * Makes a fetch that goes through another one.
 *
 * @param fetch - What sends the requests: `fetch` itself unless given, looked up at each call.
 * @param through - Answers a call; it may hand it to `send`.
 * @returns A fetch with the members of the one inside: Bun's fetch has some of its own.
 */
export function wrapFetch(
  fetch: Fetch | undefined,
  through: (send: Fetch, ...call: Parameters<Fetch>) => Promise<Response>,
): Fetch {
  const send: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))
  const wrapped = (...call: Parameters<Fetch>): Promise<Response> => through(send, ...call)
  return Object.assign(wrapped, fetch ?? globalThis.fetch)
}
