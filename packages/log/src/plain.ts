/** Data that any format can write: no getters, no cycles, nothing secret, nothing too long. */
export type Plain = string | number | boolean | null | Plain[] | PlainFields

/** The members of a plain object. */
export interface PlainFields {
  [name: string]: Plain
}

/** Whether plain data is an object with members. */
export function isMembers(plain: Plain | undefined): plain is PlainFields {
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
}

/** About how much memory plain data takes, in bytes. */
export function plainSize(plain: Plain): number {
  if (typeof plain === 'string') return plain.length + 16
  if (typeof plain !== 'object' || plain === null) return 8
  let size = 16
  for (const [name, member] of Object.entries(plain)) size += name.length + plainSize(member)
  return size
}
