import { put } from './fields.ts'
import { isoTime } from './iso-time.ts'
import type { LineStyle } from './line-style.ts'
import type { LogRecord } from './log-record.ts'
import type { PlainFields } from './plain.ts'

/** The members of a line in the order in which they are written; a later one wins over an earlier one of its name. */
export function lineMembers(record: LogRecord, style: LineStyle): PlainFields {
  const members: PlainFields = { [style.time]: isoTime(record.time) }
  members[style.level] = style.levels[record.level]
  members[style.msg] = record.msg
  Object.assign(members, style.constant)
  if (record.span !== undefined) Object.assign(members, style.span(record.span))
  if (record.requestId !== undefined) members[style.requestId] = record.requestId
  if (record.error !== undefined) Object.assign(members, style.error(record.error))
  for (const [name, value] of Object.entries(record.fields)) put(members, name, value)
  return members
}
