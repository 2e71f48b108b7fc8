interface Link<V> {
  readonly key: string
  value: V
  older: Link<V> | undefined
  newer: Link<V> | undefined
}

/** A map of bounded size that forgets what was not used for longest. Every operation takes constant time. */
export class RecentMap<V> {
  readonly #links: Map<string, Link<V>> = new Map()
  readonly #max: number
  #oldest: Link<V> | undefined
  #newest: Link<V> | undefined

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#links.size
  }

  /** The value, which becomes the most recently used. */
  get(key: string): V | undefined {
    const link = this.#links.get(key)
    if (!link) return undefined
    this.#renew(link)
    return link.value
  }

  set(key: string, value: V): void {
    const link = this.#links.get(key)
    if (link) {
      link.value = value
      return this.#renew(link)
    }
    const added: Link<V> = { key, value, older: undefined, newer: undefined }
    this.#links.set(key, added)
    this.#append(added)
    if (this.#links.size > this.#max && this.#oldest) {
      this.#links.delete(this.#oldest.key)
      this.#remove(this.#oldest)
    }
  }

  #renew(link: Link<V>): void {
    if (link === this.#newest) return
    this.#remove(link)
    this.#append(link)
  }

  #append(link: Link<V>): void {
    link.older = this.#newest
    link.newer = undefined
    if (this.#newest) this.#newest.newer = link
    else this.#oldest = link
    this.#newest = link
  }

  #remove({ older, newer }: Link<V>): void {
    if (older) older.newer = newer
    else this.#oldest = newer
    if (newer) newer.older = older
    else this.#newest = older
  }
}
