import { isDevelopment } from '@seaworthy/middleware'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace'
import { environmentText } from './environment.ts'
import { rateLimited } from './rate-limited.ts'
import type { Reporter } from './reporter.ts'
import type { TracesOptions } from './telemetry-options.ts'

const DEFAULT_PER_SECOND = 10

/**
 * The sampler of the options, else of `OTEL_TRACES_SAMPLER`, else the default: every trace in development, and
 * `maxPerSecond` of them in production.
 */
export function chooseSampler(
  { sampler, maxPerSecond = DEFAULT_PER_SECOND }: TracesOptions,
  reporter: Reporter,
): Sampler {
  // Made in development too, so that a wrong number is found there.
  const limited = rateLimited({ perSecond: maxPerSecond })
  return sampler ?? samplerFromEnvironment(reporter) ?? (isDevelopment() ? new AlwaysOnSampler() : limited)
}

function samplerFromEnvironment(reporter: Reporter): Sampler | undefined {
  const name = environmentText('OTEL_TRACES_SAMPLER')
  switch (name) {
    case undefined:
      return undefined
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio(reporter))
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() })
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() })
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio(reporter)) })
    default:
      reporter.report('warn', `OTEL_TRACES_SAMPLER is "${name}", which is not supported: the default sampler is used.`)
      return undefined
  }
}

function ratio(reporter: Reporter): number {
  const text = environmentText('OTEL_TRACES_SAMPLER_ARG')
  const value = Number(text ?? 1)
  if (value >= 0 && value <= 1) return value
  reporter.report('warn', `OTEL_TRACES_SAMPLER_ARG is "${text}": write a number from 0 to 1. Every trace is sampled.`)
  return 1
}
