/** A promise that is left when the signal says so. What it promises goes on for others. */
export async function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  const { promise: left, reject } = Promise.withResolvers<never>()
  const leave = (): void => reject(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  try {
    // Who has left does not leave the promise without anybody who sees it fail.
    return await Promise.race([left, promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
