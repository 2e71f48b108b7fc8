/** Which of the two bodies. */
export type Way = 'request' | 'response'

/** The lines about the payloads of a request that have not been written yet. */
export class PayloadLines {
  readonly #open: Map<Way, () => void> = new Map()

  add(way: Way, write: () => void): void {
    this.#open.set(way, write)
  }

  /** A body has ended. With the response it is over: whoever has not read the request will not. */
  end(way: Way): void {
    const write = this.#open.get(way)
    this.#open.delete(way)
    write?.()
    if (way === 'response') this.finish()
  }

  finish(): void {
    for (const way of [...this.#open.keys()]) this.end(way)
  }

  get awaitsResponse(): boolean {
    return this.#open.has('response')
  }
}
