import type { SpanContext } from '@opentelemetry/api'
import type { Format } from './format.ts'
import { isoTime } from './iso-time.ts'
import { JsonMembers } from './json-members.ts'
import { jsonString, jsonText } from './json-text.ts'
import type { LogLevel } from './level.ts'
import { lineMembers } from './line-members.ts'
import type { LineStyle } from './line-style.ts'
import { LoggedRecord } from './log-record.ts'
import type { PlainCopy } from './plain-copy.ts'
import type { Plain } from './plain.ts'

/** Writes a record as one JSON object on one line, whatever the record holds. */
export function jsonFormat(style: LineStyle, copy: PlainCopy): Format {
  const members = new JsonMembers(copy, ownNames(style))
  const beforeTime = `{${jsonString(style.time)}:"`
  const beforeMsg = levelMembers(style)
  const afterMsg = plainMembers(style.constant)
  const beforeRequestId = `,${jsonString(style.requestId)}:`
  const spanMembers = lastSpan((span) => plainMembers(style.span(span)))

  /** `undefined` where a member stands twice or cannot be read. */
  function fastLine(record: LoggedRecord): string | undefined {
    const { span, requestId, bound, own } = record
    let line = beforeTime + isoTime(record.time) + beforeMsg[record.level] + jsonString(record.msg) + afterMsg
    if (span !== undefined) line += spanMembers(span)
    if (requestId !== undefined) line += beforeRequestId + jsonString(requestId)
    if (bound !== undefined) {
      const { json, clashes } = members.ofSet(bound)
      if (clashes) return undefined
      line += json
    }
    if (own === undefined) return `${line}}`
    const json = members.of(own, bound, record.isPlain)
    return json === undefined ? undefined : `${line}${json}}`
  }

  return function json(record) {
    const fast = record instanceof LoggedRecord && record.thrown === undefined ? fastLine(record) : undefined
    return fast ?? membersText(lineMembers(record, style))
  }
}

/** The names of a line's own members, except those that only an error brings. */
function ownNames(style: LineStyle): ReadonlySet<string> {
  const span = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }
  const line = {
    time: 0,
    level: 'info',
    msg: '',
    span,
    requestId: '',
    error: undefined,
    fields: {},
    isHeld: false,
  } as const
  return new Set(lineMembers(line, style).keys())
}

/** What stands between the time and the message. */
function levelMembers({ levels, level, msg }: LineStyle): Readonly<Record<LogLevel, string>> {
  const upToMessage = (name: LogLevel): string =>
    `",${jsonString(level)}:${jsonString(levels[name])},${jsonString(msg)}:`
  return {
    debug: upToMessage('debug'),
    info: upToMessage('info'),
    warn: upToMessage('warn'),
    error: upToMessage('error'),
    fatal: upToMessage('fatal'),
  }
}

/** Members as a JSON object. */
function membersText(members: ReadonlyMap<string, Plain>): string {
  let json = ''
  for (const [name, value] of members) json += `${json === '' ? '{' : ','}${jsonString(name)}:${valueText(value)}`
  return `${json}}`
}

function valueText(value: Plain): string {
  return typeof value === 'string' ? jsonString(value) : jsonText(value)
}

/** Plain members as they stand inside an object, with a comma before. */
function plainMembers(members: object): string {
  const json = jsonText(members)
  return json === '{}' ? '' : `,${json.slice(1, -1)}`
}

/** The lines of one turn mostly belong to one span: what was made of it is kept until another comes. */
function lastSpan(render: (span: SpanContext) => string): (span: SpanContext) => string {
  let last: SpanContext | undefined
  let json = ''
  return (span) => {
    if (span !== last) {
      json = render(span)
      last = span
    }
    return json
  }
}
