import { copyFields, type Fields } from './fields.ts'
import { givenFields } from './given-fields.ts'
import type { PlainCopy } from './plain-copy.ts'
import { plainSize, type PlainFields } from './plain.ts'

/** Fields that several lines have in common. */
export class FieldSet {
  readonly fields: Fields
  readonly names: ReadonlySet<string>
  /** What a format has made of the fields, once for all lines. */
  readonly rendered: Map<object, RenderedFields> = new Map()
  #plainFields: PlainFields | undefined = undefined
  readonly #plain: Map<PlainCopy, FieldSet> = new Map()

  /** A later source wins over an earlier one. */
  constructor(...sources: readonly Fields[]) {
    const fields: Record<string, unknown> = {}
    for (const source of sources) copyFields(givenFields(source) ?? {}, fields)
    this.fields = fields
    this.names = new Set(Object.keys(fields))
  }

  /** Whether the values are plain data. */
  get isPlain(): boolean {
    return this.#plainFields !== undefined
  }

  /** About how much memory plain data takes, in bytes. */
  get size(): number {
    return this.#plainFields === undefined ? 0 : plainSize(this.#plainFields)
  }

  /** A copy of the fields as plain data. */
  copied(copy: PlainCopy): PlainFields {
    return this.#plainFields === undefined ? copy.fields(this.fields) : { ...this.#plainFields }
  }

  /** The fields as plain data, copied once: what happens to the objects in them later does not show. */
  plain(copy: PlainCopy): FieldSet {
    if (this.#plainFields !== undefined) return this
    const known = this.#plain.get(copy)
    if (known !== undefined) return known
    const fields = copy.fields(this.fields)
    const set = new FieldSet(fields)
    set.#plainFields = fields
    this.#plain.set(copy, set)
    return set
  }
}

/** Fields as JSON. */
export interface RenderedFields {
  /** The members, each with a comma before it. */
  readonly json: string
  /** Whether a field has the name of one of the line's own members. */
  readonly clashes: boolean
}

/** The fields of several sets, a later one over an earlier one; a single set as it is. */
export function joinSets(...sets: readonly (FieldSet | undefined)[]): FieldSet | undefined {
  const given = sets.filter((set) => set !== undefined)
  return given.length < 2 ? given[0] : new FieldSet(...given.map(({ fields }) => fields))
}
