/** A queue of limited length: what comes in at the end pushes out the oldest. All of it in constant time. */
export class Ring<T> {
  readonly #capacity: number
  readonly #items: (T | undefined)[] = []
  #first = 0
  #length = 0

  /** @param capacity How many it holds at most. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** How many are held. */
  get length(): number {
    return this.#length
  }

  /** The one at a place, the oldest being 0. */
  at(place: number): T | undefined {
    if (place < 0 || place >= this.#length) return undefined
    return this.#items[(this.#first + place) % this.#capacity]
  }

  /** Adds one, and gives what had to leave. */
  push(item: T): T | undefined {
    const pushed = this.#length === this.#capacity ? this.shift() : undefined
    this.#items[(this.#first + this.#length) % this.#capacity] = item
    this.#length++
    return pushed
  }

  /** Takes the oldest out. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#first]
    this.#items[this.#first] = undefined
    this.#first = (this.#first + 1) % this.#capacity
    this.#length--
    return item
  }

  /** Forgets all. */
  clear(): void {
    this.#items.length = 0
    this.#first = 0
    this.#length = 0
  }

  /** The newest first. */
  *newest(): Generator<T> {
    for (let place = this.#length - 1; place >= 0; place--) {
      const item = this.at(place)
      if (item !== undefined) yield item
    }
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<T> {
    for (let place = 0; place < this.#length; place++) {
      const item = this.at(place)
      if (item !== undefined) yield item
    }
  }
}
