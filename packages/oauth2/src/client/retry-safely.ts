import { parseDuration } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ClientClock, ClientOptions } from './client-options.ts'
import { wait } from './wait.ts'

/** Milliseconds before the second and the third attempt, shortened by chance. */
const pauses = [100, 400]

/**
 * Repeats a request that may be sent twice without harm while the provider cannot be reached: twice at most, and not
 * after the time that one request may take. What the provider refuses is not repeated.
 */
export async function retrySafely<T>(
  request: () => Promise<T>,
  options: Pick<ClientOptions, 'timeout' | 'random'>,
  clock: ClientClock,
): Promise<T> {
  const until = clock.now() + parseDuration(options.timeout ?? '5s')
  const random = options.random ?? Math.random
  for (const pause of pauses) {
    try {
      return await request()
    } catch (error) {
      const isOutage = error instanceof OAuth2Error && error.code === 'ERR_OAUTH2_UNAVAILABLE'
      if (!isOutage || (error.retryAfter ?? 0) > pause || clock.now() + pause >= until) throw error
      await wait(clock, pause * (1 - random() / 2))
    }
  }
  return request()
}
