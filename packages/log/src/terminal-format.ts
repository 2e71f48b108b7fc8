import { errorLines, isErrorCopy } from './error-lines.ts'
import type { Format } from './format.ts'
import type { LogLevel } from './level.ts'
import type { LogRecord } from './log-record.ts'
import type { PlainFields } from './plain.ts'
import { pairs } from './text-format.ts'
import { visibleLines } from './visible-text.ts'

/** Colours that show well on dark and on light backgrounds, as parameters of the SGR sequence of ECMA-48. */
const levelColours: Readonly<Record<LogLevel, string>> = {
  debug: '35',
  info: '32',
  warn: '33',
  error: '31',
  fatal: '1;7;31',
}

/** The colour of what is read only at need. */
const faint = '2'

/** Where fields begin when the message is short. */
const messageWidth = 32

/**
 * Writes a record for people: local time, level, message and fields, and below it what was thrown.
 *
 * @param colours - Whether to use the colours of a terminal.
 */
export function terminalFormat(colours: boolean): Format {
  const paint = (colour: string, text: string): string => (colours ? `\u001b[${colour}m${text}\u001b[0m` : text)

  function pairText(pair: string): string {
    const value = pair.indexOf('=') + 1
    return paint(faint, pair.slice(0, value)) + pair.slice(value)
  }

  return function terminal(record) {
    const [msg = '', ...moreLines] = visibleLines(record.msg)
    const { fields, errors } = sorted(record)
    const level = paint(levelColours[record.level], record.level.toUpperCase().padEnd(5))
    const head = `${paint(faint, localTime(record.time))} ${level} ${fields.length > 0 ? msg.padEnd(messageWidth) : msg}`
    const identity = identityPairs(record).map((pair) => paint(faint, pair))
    const first = [head, ...fields.map(pairText), ...identity].join(' ')
    return [first, ...moreLines, ...errors].join('\n      ')
  }
}

/** Errors need lines of their own; everything else follows the message. */
function sorted(record: LogRecord): { readonly fields: string[]; readonly errors: string[] } {
  const fields: string[] = []
  const errors = record.error === undefined ? [] : errorLines(record.error)
  for (const [name, value] of Object.entries(record.fields)) {
    if (isErrorCopy(value)) errors.push(...errorLines(value, `${name}: `))
    else fields.push(...pairs(name, value))
  }
  return { fields, errors }
}

function identityPairs({ span, requestId }: LogRecord): string[] {
  const members: PlainFields = {}
  if (requestId !== undefined) members['request_id'] = requestId
  if (span !== undefined) Object.assign(members, { trace_id: span.traceId, span_id: span.spanId })
  return Object.entries(members).flatMap(([name, value]) => pairs(name, value))
}

function localTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  const two = (part: number): string => String(part).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
