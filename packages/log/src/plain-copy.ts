import { cutText } from './cut-text.ts'
import { namesOf, put, read, type Fields } from './fields.ts'
import { PlainWalk } from './plain-walk.ts'
import type { Plain, PlainFields } from './plain.ts'
import type { Redaction } from './redaction.ts'
import { redacted } from './secret.ts'
import { stepInto, type PathRules } from './redaction-path.ts'

/** Turns what users log into plain data: redacted, cut, and safe to keep. */
export class PlainCopy {
  readonly redaction: Redaction
  /** The most bytes that one value may take. */
  readonly maxSize: number

  constructor(redaction: Redaction, maxSize: number) {
    this.redaction = redaction
    this.maxSize = maxSize
  }

  /** One value; `rules` are those that apply below it. */
  value(value: unknown, rules?: PathRules): Plain {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number' || typeof value === 'boolean') return value
    return new PlainWalk(this.redaction, this.maxSize).value(value, rules)
  }

  /** A text, cut where it is too long. */
  text(text: string): string {
    return cutText(text, this.maxSize)
  }

  /** Adds the members of fields to an object, a later member over an earlier one of the same name. */
  fields(fields: Fields, into: PlainFields = {}): PlainFields {
    for (const name of namesOf(fields)) {
      const value = read(fields, name)
      if (value !== undefined) put(into, name, this.member(name, value))
    }
    return into
  }

  /** The value of a member that stands directly in the fields of a line. */
  member(name: string, value: unknown): Plain {
    if (this.redaction.hides(name)) return redacted
    const below = stepInto(this.redaction.paths, name)
    return below === 'hidden' ? redacted : this.value(value, below)
  }
}
