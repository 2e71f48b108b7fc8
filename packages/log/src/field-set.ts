import { copyFields, type Fields } from './fields.ts'
import { givenFields } from './given-fields.ts'

/** Fields that several lines have in common. */
export class FieldSet {
  readonly fields: Fields
  readonly names: ReadonlySet<string>
  /** What a format has made of the fields, once for all lines. */
  readonly rendered: Map<object, RenderedFields> = new Map()

  /** A later source wins over an earlier one. */
  constructor(...sources: readonly Fields[]) {
    const fields: Record<string, unknown> = {}
    for (const source of sources) copyFields(givenFields(source) ?? {}, fields)
    this.fields = fields
    this.names = new Set(Object.keys(fields))
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
