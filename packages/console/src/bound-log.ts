import type { Weighed } from './bound-span.ts'
import type { LogData } from './telemetry-data.ts'
import { weighResource } from './weigh-resource.ts'
import { Scale, Scissors } from './weigh.ts'

/** What a log record of the SDK weighs with its context and its place in the console, without what is in it. */
const emptyLog = 400

/** A log record as it was given, or, where something in it is too big, a copy that is not. */
export function boundLog(record: LogData): Weighed<LogData> {
  const scale = weighLog(record)
  const base = emptyLog + weighResource(record.resource)
  if (!scale.oversize) return { kept: record, bytes: base + scale.bytes }
  const kept = smallerLog(record)
  return { kept, bytes: base + weighLog(kept).bytes }
}

function weighLog({ body, eventName, severityText, attributes }: LogData): Scale {
  const scale = new Scale()
  scale.value(body, 0)
  scale.attributes(attributes)
  if (eventName !== undefined) scale.text(eventName)
  if (severityText !== undefined) scale.text(severityText)
  return scale
}

function smallerLog(record: LogData): LogData {
  const scissors = new Scissors()
  const text = (given: string | undefined) => (given === undefined ? undefined : scissors.text(given))
  return {
    hrTime: record.hrTime,
    hrTimeObserved: record.hrTimeObserved,
    spanContext: record.spanContext,
    severityText: text(record.severityText),
    severityNumber: record.severityNumber,
    body: scissors.value(record.body, 0),
    eventName: text(record.eventName),
    resource: record.resource,
    instrumentationScope: record.instrumentationScope,
    attributes: scissors.attributes(record.attributes),
  }
}
