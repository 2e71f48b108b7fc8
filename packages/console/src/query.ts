/** Reads the parameters of a question. What cannot be read counts as not given. */
export class Query {
  readonly #parameters: URLSearchParams

  /** @param url The address of the request, whole. */
  constructor(url: string) {
    const at = url.indexOf('?')
    this.#parameters = new URLSearchParams(at === -1 ? '' : url.slice(at + 1))
  }

  /** A text that is not empty. */
  text(name: string): string | undefined {
    return this.#parameters.get(name) || undefined
  }

  /** A number that is not negative. */
  number(name: string): number | undefined {
    const text = this.#parameters.get(name)
    return text !== null && /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined
  }

  /** How many are asked for. */
  limit(usual: number, most: number): number {
    return Math.min(most, Math.max(1, Math.floor(this.number('limit') ?? usual)))
  }

  /** The words of a search, in lower case. */
  words(name: string): readonly string[] {
    const text = this.text(name)?.toLowerCase().slice(0, 200) ?? ''
    return text.split(/\s+/).filter((word) => word !== '')
  }
}
