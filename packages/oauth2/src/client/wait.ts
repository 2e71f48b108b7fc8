import type { ClientClock } from './client-options.ts'

/** Waits by the clock, or by a timer; rejects with the reason of the signal. */
export async function wait(clock: ClientClock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (clock.wait) await clock.wait(milliseconds, signal)
  else await timer(milliseconds, signal)
  signal?.throwIfAborted()
}

function timer(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const id = setTimeout(done, milliseconds)
    function done(): void {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    function leave(): void {
      clearTimeout(id)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
  })
}
