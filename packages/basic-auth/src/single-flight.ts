/** Shares work that is under way: who needs the same waits for it. */
export function singleFlight<T>(): (key: string, begin: () => Promise<T> | undefined) => Promise<T> | undefined {
  const flights = new Map<string, Promise<T>>()
  return (key, begin) => {
    const running = flights.get(key)
    if (running) return running
    const started = begin()?.finally(() => flights.delete(key))
    if (started) flights.set(key, started)
    return started
  }
}
