import { middleware, parseDuration } from '@seaworthy/middleware'
import type { Lifecycle } from './lifecycle.ts'
import { readOptions, type ShutdownOptions } from './shutdown-options.ts'
import { StopSequence } from './stop-sequence.ts'

/**
 * The life cycle of a service, from its start to a clean exit. Make it first: the signal handlers are installed at
 * once, so that a signal during a slow start is not lost.
 *
 * @throws {ShutdownError} `ERR_SHUTDOWN_OPTION` when the drain delay reaches the deadline, or a signal cannot be used.
 * @throws {SeaworthyError} `ERR_DURATION` when a duration is malformed.
 */
export function shutdown(options: ShutdownOptions = {}): Lifecycle {
  const sequence = new StopSequence(readOptions(options))
  const { closing } = sequence
  const life = Object.assign(middleware(closing.inFlight.hooks), {
    state: sequence.state,
    mounted: false,
    signal: sequence.signal,
    ready: () => sequence.ready(),
    hook: (name, close, { timeout = '5s', after = [] } = {}) =>
      closing.hooks.add({ name, close, timeout: parseDuration(timeout), after }),
    last: (name, close, { timeout = '2s' } = {}) =>
      closing.last.add({ name, close, timeout: parseDuration(timeout), after: [] }),
    track: (closable) => closing.connections.track(closable),
    attach: (listener) => closing.listeners.attach(listener),
    stop: (reason = 'stop') => sequence.stop(reason),
    [Symbol.asyncDispose]: async () => void (await sequence.stop('disposed')),
  } satisfies Omit<Lifecycle, 'hooks'>)
  return Object.defineProperties(life, {
    state: { get: () => sequence.state },
    mounted: { get: () => closing.inFlight.seen || closing.listeners.seen },
  })
}
