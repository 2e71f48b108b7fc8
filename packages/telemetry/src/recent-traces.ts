const LIMIT = 1000

/** The ids of the last thousand traces that were kept. */
export class RecentTraces {
  readonly #ids = new Set<string>()

  add(traceId: string): void {
    // Again at the end: the order is that of the last use.
    this.#ids.delete(traceId)
    this.#ids.add(traceId)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= LIMIT) return
      this.#ids.delete(oldest)
    }
  }

  has(traceId: string): boolean {
    return this.#ids.size > 0 && this.#ids.has(traceId)
  }
}
