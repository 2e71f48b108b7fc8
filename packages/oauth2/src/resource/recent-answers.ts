/** What is kept of an answer. */
interface Kept<T> {
  readonly value: T
  /** Milliseconds: it is not used from then on. */
  readonly until: number
}

/** Answers by their key, for a time, and no more than a number of them: the ones that were used last stay. */
export class RecentAnswers<T> {
  readonly #kept: Map<string, Kept<T>> = new Map()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#kept.size
  }

  find(key: string, now: number): T | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    this.#kept.delete(key)
    if (now >= kept.until) return undefined
    this.#kept.set(key, kept)
    return kept.value
  }

  keep(key: string, value: T, until: number): void {
    this.#kept.delete(key)
    this.#kept.set(key, { value, until })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#max) break
      this.#kept.delete(oldest)
    }
  }
}
