import type { Format } from './format.ts'
import { jsonString, jsonText } from './json-text.ts'
import { lineMembers } from './line-members.ts'
import type { LineStyle } from './line-style.ts'
import type { Plain } from './plain.ts'

/** What would end a name or a value too early, or reach the terminal as a command. */
const outsideName = /[\s="\\\p{C}\p{Z}]+/gu
const needsQuotes = /[\s="\\\p{C}\p{Z}]|^$/u

/** Writes a record in logfmt: `time=… level=info msg="order placed" order=o-1`. Nested objects are flattened. */
export function textFormat(style: LineStyle): Format {
  return function text(record) {
    return [...lineMembers(record, style)].flatMap(([name, value]) => pairs(name, value)).join(' ')
  }
}

/** A value as logfmt pairs; an object gives one for each member, with dotted names. */
export function pairs(name: string, value: Plain): string[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, member]) => pairs(`${name}.${key}`, member))
  }
  return [`${name.replace(outsideName, '_') || '_'}=${valueText(value)}`]
}

function valueText(value: Plain): string {
  const text = typeof value === 'object' ? jsonText(value) : String(value)
  return needsQuotes.test(text) ? jsonString(text) : text
}
