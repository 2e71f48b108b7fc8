/** `fetch`, or what is called like it. */
export type Fetch = typeof globalThis.fetch

/**
 * Makes a fetch of a function round another one.
 *
 * @param fetch - What sends the requests: `fetch` itself unless given, looked up at each call.
 * @returns What `wrap` returns, with the members of the fetch inside: Bun's fetch has some of its own.
 */
export function wrapFetch(
  fetch: Fetch | undefined,
  wrap: (send: Fetch) => (...call: Parameters<Fetch>) => Promise<Response>,
): Fetch {
  const send: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))
  return Object.assign(wrap(send), fetch ?? globalThis.fetch)
}
