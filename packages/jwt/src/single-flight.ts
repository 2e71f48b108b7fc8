/** Work that is shared while it is under way. */
export interface SingleFlight<T> {
  /** The work of a name, begun unless it is under way. */
  (name: string, begin: () => Promise<T>): Promise<T>
  /** The work of a name, if it is under way. */
  find(name: string): Promise<T> | undefined
}

/** Has work done once for all who need it at the same time. */
export function singleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>()

  function fly(name: string, begin: () => Promise<T>): Promise<T> {
    const running = flights.get(name)
    if (running) return running
    const flight = begin().finally(() => flights.delete(name))
    flights.set(name, flight)
    return flight
  }

  return Object.assign(fly, { find: (name: string) => flights.get(name) })
}
