import { isoTime } from './iso-time.ts'
import type { LineStyle } from './line-style.ts'
import type { LogRecord } from './log-record.ts'
import type { Plain, PlainFields } from './plain.ts'

/** The members of a line in the order in which they are written; a later one wins over an earlier one of its name. */
export function lineMembers(record: LogRecord, style: LineStyle): ReadonlyMap<string, Plain> {
  // A map, because an object would put names that are numbers first.
  const members = new Map<string, Plain>()
  members.set(style.time, isoTime(record.time))
  members.set(style.level, style.levels[record.level])
  members.set(style.msg, record.msg)
  setAll(members, style.constant)
  if (record.span !== undefined) setAll(members, style.span(record.span))
  if (record.requestId !== undefined) members.set(style.requestId, record.requestId)
  if (record.error !== undefined) setAll(members, style.error(record.error))
  setAll(members, record.fields)
  return members
}

function setAll(members: Map<string, Plain>, more: PlainFields): void {
  for (const name of Object.keys(more)) members.set(name, more[name] ?? null)
}
