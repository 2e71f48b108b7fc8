import {
  type Attributes,
  type Counter,
  type Histogram,
  type MeterProvider,
  metrics,
  type ObservableResult,
} from '@opentelemetry/api'
import type { CheckStatus } from './check.ts'
import type { CheckResult } from './check-result.ts'

/** Records the results of checks. */
export interface CheckMetrics {
  recordCall(result: CheckResult): void
  recordTransition(result: CheckResult): void
  /** Stops reporting. */
  close(): void
}

interface Instruments {
  readonly provider: MeterProvider
  readonly duration: Histogram
  readonly transitions: Counter
  close(): void
}

const values: Readonly<Record<CheckStatus, number>> = { pass: 1, warn: 0.5, fail: 0 }
const boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * The instruments of the checks. They are made with the first result, and again for another meter provider: one
 * made before the SDK has started would never record.
 *
 * @param latest - The results as they stand now, for the gauge.
 */
export function checkMetrics(latest: () => readonly CheckResult[]): CheckMetrics {
  let instruments: Instruments | undefined

  function current(): Instruments {
    const provider = metrics.getMeterProvider()
    if (instruments?.provider === provider) return instruments
    instruments?.close()
    return (instruments = createInstruments(provider, latest))
  }

  return {
    recordCall: (result) => current().duration.record(result.durationMs / 1000, attributesOf(result)),
    recordTransition: (result) => current().transitions.add(1, attributesOf(result)),
    close: () => instruments?.close(),
  }
}

function attributesOf({ name, status }: CheckResult): Attributes {
  return { 'health.check.name': name, 'health.check.status': status }
}

function createInstruments(provider: MeterProvider, latest: () => readonly CheckResult[]): Instruments {
  const meter = provider.getMeter('@seaworthy/health')
  const status = meter.createObservableGauge('seaworthy.health.check.status', {
    description: 'How each check stands: 1 passes, 0.5 warns, 0 fails.',
    unit: '1',
  })
  status.addCallback(observe)
  return {
    provider,
    duration: meter.createHistogram('seaworthy.health.check.duration', {
      description: 'How long the calls of each check take.',
      unit: 's',
      advice: { explicitBucketBoundaries: boundaries },
    }),
    transitions: meter.createCounter('seaworthy.health.check.transitions', {
      description: 'How often each check took a new status.',
      unit: '{transition}',
    }),
    close: () => status.removeCallback(observe),
  }

  function observe(observed: ObservableResult): void {
    for (const result of latest()) {
      observed.observe(values[result.status], { 'health.check.name': result.name, 'health.check.kind': result.kind })
    }
  }
}
