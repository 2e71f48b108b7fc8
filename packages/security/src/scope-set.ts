/** Scopes that a principal has. It cannot be changed. */
export interface ScopeSet extends Iterable<string> {
  /** Whether the scope is among them. */
  has(scope: string): boolean
}

/** A set of scopes that outlives a request, as cached principals do. */
export class FrozenScopes implements ScopeSet {
  readonly #scopes: ReadonlySet<string>

  constructor(scopes: Iterable<string>) {
    this.#scopes = new Set(scopes)
    Object.freeze(this)
  }

  has(scope: string): boolean {
    return this.#scopes.has(scope)
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#scopes.values()
  }

  toJSON(): string[] {
    return [...this.#scopes]
  }
}
