import type { StandardSchemaV1 } from '@standard-schema/spec'

const members: unique symbol = Symbol.for('seaworthy.config.group')

/** Names to schemas, and to groups of them. */
export interface Spec {
  readonly [key: string]: StandardSchemaV1 | Group<Spec>
}

/** Options of {@link group}. */
export interface GroupOptions {
  /** What the names of its variables begin with, in place of the key; the prefix and outer groups still come first. */
  readonly env?: string
  /** A heading for `example()`. */
  readonly description?: string
}

/** Variables that belong together. */
export interface Group<S extends Spec> extends GroupOptions {
  readonly [members]: S
}

/** Variables that belong together: `cfg.db.url` is read from `DB_URL`. Groups nest. */
export function group<const S extends Spec>(spec: S, options: GroupOptions = {}): Group<S> {
  return Object.freeze({ ...options, [members]: spec })
}

/** Whether an entry of a specification is a group. */
export function isGroup(entry: object): entry is Group<Spec> {
  return members in entry
}

/** The specification inside a group. */
export function groupMembers<S extends Spec>(entry: Group<S>): S {
  return entry[members]
}
