import { createHash, createHmac } from 'node:crypto'
import { RecentMap } from './recent-map.ts'

/** Longer keys are digested anew each time, so that a client cannot fill the memory with them. */
const longestCached = 128

/**
 * Makes the names under which a limiter's keys stand in a store: the limiter's name and 132 bits of SHA-256, so that
 * nothing of a key is in the store, and no key can pass for another.
 *
 * @param pepper - Makes it HMAC-SHA-256: without the pepper, keys that can be guessed, such as addresses, cannot be
 *   found by trying.
 */
export function createDigester(name: string, pepper: string | undefined): (key: string) => string {
  const recent = new RecentMap<string>(1_000)

  function digest(key: string): string {
    const hash = pepper === undefined ? createHash('sha256') : createHmac('sha256', pepper)
    return `${name}:${hash.update(key).digest('base64url').slice(0, 22)}`
  }

  return (key) => {
    if (key.length > longestCached) return digest(key)
    let subject = recent.get(key)
    if (subject === undefined) recent.set(key, (subject = digest(key)))
    return subject
  }
}
