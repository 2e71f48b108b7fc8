import { isoTime } from './iso-time.ts'
import type { LogLevel } from './level.ts'
import type { LogRecord } from './log-record.ts'
import type { Output } from './output.ts'
import { isMembers, type Plain, type PlainFields } from './plain.ts'

/** The part of a pino logger that is used. A structural type: pino is not imported. */
export interface PinoLogger extends Readonly<Record<LogLevel, (fields: object, msg: string) => void>> {
  flush?(): void
}

/**
 * An output for services that ship with pino: its level, formatters and transports stay in charge.
 *
 * pino stamps the time at which it is called. A line that its request held back tells in `logged_at` when it was logged.
 */
export function pinoOutput(pino: PinoLogger): Output {
  return {
    write(record) {
      pino[record.level]({ ...identity(record), ...record.fields }, record.msg)
    },
    flush() {
      pino.flush?.()
    },
  }
}

/** `err` is where pino's users look for what was thrown. */
function identity({ span, requestId, error, isHeld, time }: LogRecord): PlainFields {
  const members: PlainFields = {}
  if (span !== undefined) Object.assign(members, { trace_id: span.traceId, span_id: span.spanId })
  if (requestId !== undefined) members['request_id'] = requestId
  if (isHeld) members['logged_at'] = isoTime(time)
  if (error !== undefined) members['err'] = serializable(error)
  return members
}

/** pino's serializer asks an error for its constructor, then for its name: a copy answers with its type. */
function serializable(error: Plain): Plain {
  if (!isMembers(error)) return error
  return Object.defineProperties({ ...error }, { constructor: { value: undefined }, name: { value: error['type'] } })
}
