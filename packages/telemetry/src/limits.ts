import type { LogRecordLimits } from '@opentelemetry/sdk-logs'
import type { SpanLimits } from '@opentelemetry/sdk-trace'
import { environmentInteger } from './environment.ts'
import { present, type Loose } from './present.ts'
import type { Reporter } from './reporter.ts'

/** The limits of a span from `OTEL_SPAN_*`, `OTEL_EVENT_*`, `OTEL_LINK_*`, else `OTEL_ATTRIBUTE_*`, else the SDK's own: 128 of each, and no limit of length. */
export function spanLimits(reporter: Reporter): SpanLimits {
  return present({
    ...attributeLimits('SPAN', reporter),
    eventCountLimit: environmentInteger('OTEL_SPAN_EVENT_COUNT_LIMIT', 0, reporter),
    linkCountLimit: environmentInteger('OTEL_SPAN_LINK_COUNT_LIMIT', 0, reporter),
    attributePerEventCountLimit: environmentInteger('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0, reporter),
    attributePerLinkCountLimit: environmentInteger('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0, reporter),
  })
}

/** The limits of a log record from `OTEL_LOGRECORD_*`, else `OTEL_ATTRIBUTE_*`, else the SDK's own. */
export function logLimits(reporter: Reporter): LogRecordLimits {
  return present(attributeLimits('LOGRECORD', reporter))
}

function attributeLimits(of: 'SPAN' | 'LOGRECORD', reporter: Reporter): Loose<LogRecordLimits> {
  const limit = (name: string, least: number) =>
    environmentInteger(`OTEL_${of}_${name}`, least, reporter) ?? environmentInteger(`OTEL_${name}`, least, reporter)
  return {
    attributeCountLimit: limit('ATTRIBUTE_COUNT_LIMIT', 0),
    // The SDK takes a length of 0 as no limit, with a warning for each attribute: it is refused here, once.
    attributeValueLengthLimit: limit('ATTRIBUTE_VALUE_LENGTH_LIMIT', 1),
  }
}
