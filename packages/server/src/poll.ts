/**
 * Calls a function every `interval` milliseconds, without keeping the process alive.
 *
 * @returns A function that stops it.
 */
export function poll(interval: number, run: () => void): () => void {
  const timer = setInterval(run, interval)
  timer.unref()
  return () => clearInterval(timer)
}
