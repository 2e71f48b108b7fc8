import { cutText } from './cut-text.ts'
import { isFields, namesOf, put, read, unreadable, type Fields } from './fields.ts'
import { objectForm, type ObjectForm } from './object-form.ts'
import type { Plain, PlainFields } from './plain.ts'
import type { Redaction } from './redaction.ts'
import { redacted } from './secret.ts'
import { stepInto, type PathRules } from './redaction-path.ts'

const maxDepth = 16

/** About what a member takes in JSON beside its name and its text, in bytes. */
const memberSize = 8

/** Headers that stand before their values in lists such as `rawHeaders` of `node:http`. */
const credentialHeader = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key)$/i

/** What stands for the members that did not fit. */
const more = '…'

/** Copies one value. A walk has a budget, so that no value costs more time and memory than it may take in a line. */
export class PlainWalk {
  readonly #redaction: Redaction
  readonly #above: object[] = []
  #left: number

  constructor(redaction: Redaction, maxBytes: number) {
    this.#redaction = redaction
    this.#left = maxBytes
  }

  /** The copy of a value; `rules` are those that apply below it. */
  value(value: unknown, rules: PathRules): Plain {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
      case 'boolean':
        return value
      case 'object':
        return isFields(value) ? this.#object(value, rules) : null
      case 'undefined':
        return null
      case 'function':
        return '[function]'
      default:
        return this.#text(String(value))
    }
  }

  #text(text: string): string {
    const cut = cutText(text, Math.max(this.#left, 0))
    this.#left -= Buffer.byteLength(cut)
    return cut
  }

  #object(value: Fields, rules: PathRules): Plain {
    if (this.#above.includes(value)) return '[circular]'
    if (this.#above.length === maxDepth) return '[too deep]'
    this.#above.push(value)
    try {
      return this.#formed(objectForm(value), rules)
    } catch {
      return unreadable
    } finally {
      this.#above.pop()
    }
  }

  #formed(form: ObjectForm, rules: PathRules): Plain {
    switch (form.kind) {
      case 'text':
        return this.#text(form.text)
      case 'value':
        return this.value(form.value, rules)
      case 'items':
        return this.#items(form.items, rules)
      case 'entries':
        return this.#entries(form.entries, rules)
      default:
        return this.#members(form.members, rules)
    }
  }

  #items(items: Iterable<unknown>, rules: PathRules): Plain[] {
    const copy: Plain[] = []
    for (const item of items) {
      if (!this.#fits('')) return [...copy, more]
      copy.push(this.value(item, rules))
    }
    this.#hideNamed(copy)
    return copy
  }

  /** Hides what follows the name of a secret: in `[name, value]` of a list, and in a list of headers. */
  #hideNamed(copy: Plain[]): void {
    const isPair = copy.length === 2 && Array.isArray(this.#above.at(-2))
    for (let i = 1; i < copy.length; i++) {
      const name = copy[i - 1]
      if (typeof name !== 'string' || !(isPair || credentialHeader.test(name))) continue
      if (this.#redaction.hides(name)) copy[i] = redacted
    }
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>, rules: PathRules): PlainFields {
    const copy: PlainFields = {}
    for (const [key, value] of entries) {
      const name = String(key)
      if (!this.#fits(name)) return { ...copy, [more]: more }
      put(copy, name, this.#visible(name, value, rules))
    }
    return copy
  }

  #members(members: Fields, rules: PathRules): PlainFields {
    const copy: PlainFields = {}
    for (const name of namesOf(members)) {
      const value = read(members, name)
      if (value === undefined) continue
      if (!this.#fits(name)) return { ...copy, [more]: more }
      put(copy, name, this.#visible(name, value, rules))
    }
    return copy
  }

  #visible(name: string, value: unknown, rules: PathRules): Plain {
    if (this.#redaction.hides(name)) return redacted
    const below = stepInto(rules, name)
    return below === 'hidden' ? redacted : this.value(value, below)
  }

  /** Takes the room of a member from the budget. */
  #fits(name: string): boolean {
    this.#left -= Buffer.byteLength(name) + memberSize
    return this.#left >= 0
  }
}
