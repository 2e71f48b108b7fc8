import { env } from 'node:process'
import type { KeyPreset } from './key-names.ts'
import type { LogLevel } from './level.ts'
import { lowerCaseLevels, type LineStyle } from './line-style.ts'
import { isMembers, type PlainFields } from './plain.ts'

const upperCaseLevels: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
}

/** The styles of the presets; made when they are asked for, as one reads the environment. */
export const presetStyles: Readonly<Record<KeyPreset, () => LineStyle>> = { gcp, aws, datadog, ecs }

/** Cloud Logging's special fields; `stack_trace` is where Error Reporting looks. */
function gcp(): LineStyle {
  const project = env['GOOGLE_CLOUD_PROJECT']
  const prefix = project ? `projects/${project}/traces/` : ''
  return {
    time: 'time',
    level: 'severity',
    msg: 'message',
    requestId: 'request_id',
    levels: { ...upperCaseLevels, warn: 'WARNING', fatal: 'CRITICAL' },
    constant: {},
    span: ({ traceId, spanId, traceFlags }) => ({
      'logging.googleapis.com/trace': `${prefix}${traceId}`,
      'logging.googleapis.com/spanId': spanId,
      'logging.googleapis.com/trace_sampled': (traceFlags & 1) === 1,
    }),
    error: (error) => (isMembers(error) && error['stack'] ? { error, stack_trace: error['stack'] } : { error }),
  }
}

/** The names of Lambda's JSON format, and the trace id in the form of X-Ray. */
function aws(): LineStyle {
  return {
    time: 'timestamp',
    level: 'level',
    msg: 'message',
    requestId: 'requestId',
    levels: upperCaseLevels,
    constant: {},
    span: ({ traceId, spanId }) => ({
      xray_trace_id: `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`,
      span_id: spanId,
    }),
    error: (error) => ({ error }),
  }
}

/** Datadog's reserved attributes. Its correlation wants the lower 64 bits of the ids in decimal. */
function datadog(): LineStyle {
  return {
    time: 'timestamp',
    level: 'status',
    msg: 'message',
    requestId: 'http.request_id',
    levels: { ...lowerCaseLevels, fatal: 'critical' },
    constant: {},
    span: ({ traceId, spanId }) => ({
      'dd.trace_id': BigInt(`0x${traceId.slice(16)}`).toString(),
      'dd.span_id': BigInt(`0x${spanId}`).toString(),
    }),
    error: (error) => ({ error: isMembers(error) ? { ...error, kind: error['type'] ?? 'Error' } : error }),
  }
}

/** The Elastic Common Schema, with dotted names as ECS loggers write them. */
function ecs(): LineStyle {
  return {
    time: '@timestamp',
    level: 'log.level',
    msg: 'message',
    requestId: 'http.request.id',
    levels: lowerCaseLevels,
    constant: { 'ecs.version': '8.11.0' },
    span: ({ traceId, spanId }) => ({ 'trace.id': traceId, 'span.id': spanId }),
    error: (error) => (isMembers(error) ? dotted(error) : { 'error.message': String(error) }),
  }
}

function dotted(error: PlainFields): PlainFields {
  const members = Object.entries(error).map(([name, value]) => [
    name === 'stack' ? 'error.stack_trace' : `error.${name}`,
    value,
  ])
  return Object.fromEntries(members)
}
