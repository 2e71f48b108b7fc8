import type { FieldSet, RenderedFields } from './field-set.ts'
import type { Fields } from './fields.ts'
import { jsonString, jsonText } from './json-text.ts'
import type { PlainCopy } from './plain-copy.ts'
import { redacted } from './secret.ts'
import { stepInto, type PathRules } from './redaction-path.ts'

/** What is known of a field by its name alone. */
interface KnownName {
  /** The name and what surrounds it: `,"name":`. */
  readonly json: string
  /** Whether it is the name of one of the line's own members. */
  readonly clashes: boolean
  readonly rules: 'hidden' | PathRules
}

/** Names beyond these bounds come from outside: they are not remembered. */
const maxRemembered = { names: 2000, length: 64 }

/** Writes fields as the members of a JSON object. Plain values are written without being copied first. */
export class JsonMembers {
  readonly #copy: PlainCopy
  readonly #ownNames: ReadonlySet<string>
  readonly #known: Map<string, KnownName> = new Map()

  /** @param ownNames - The names of the line's own members. */
  constructor(copy: PlainCopy, ownNames: ReadonlySet<string>) {
    this.#copy = copy
    this.#ownNames = ownNames
  }

  /** The members of a set, made once. */
  ofSet(set: FieldSet): RenderedFields {
    return set.rendered.get(this) ?? this.#render(set)
  }

  #render(set: FieldSet): RenderedFields {
    const json = this.of(set.fields, undefined, set.isPlain)
    const rendered = { json: json ?? '', clashes: json === undefined }
    set.rendered.set(this, rendered)
    return rendered
  }

  /**
   * The members, each with a comma before it, or `undefined` when a name stands in the line already or a getter throws.
   *
   * @param isPlain - Whether the values are plain data, which needs no copy.
   */
  of(fields: Fields, before: FieldSet | undefined, isPlain: boolean): string | undefined {
    let json = ''
    try {
      for (const name of Object.keys(fields)) {
        const value = fields[name]
        if (value === undefined) continue
        const known = this.#known.get(name) ?? this.#learn(name)
        if (known.clashes || before?.names.has(name)) return undefined
        json += known.json + (known.rules === 'hidden' ? hiddenJson : this.#value(value, known.rules, isPlain))
      }
      return json
    } catch {
      return undefined
    }
  }

  #value(value: unknown, rules: PathRules, isPlain: boolean): string {
    switch (typeof value) {
      case 'string':
        return jsonString(isPlain ? value : this.#copy.text(value))
      case 'number':
        return Number.isFinite(value) ? String(value) : 'null'
      case 'boolean':
        return value ? 'true' : 'false'
      default:
        return jsonText(isPlain ? value : this.#copy.value(value, rules))
    }
  }

  #learn(name: string): KnownName {
    const rules = this.#copy.redaction.hides(name) ? 'hidden' : stepInto(this.#copy.redaction.paths, name)
    const known = { json: `,${jsonString(name)}:`, clashes: this.#ownNames.has(name), rules }
    if (this.#known.size < maxRemembered.names && name.length <= maxRemembered.length) this.#known.set(name, known)
    return known
  }
}

const hiddenJson = jsonString(redacted)
