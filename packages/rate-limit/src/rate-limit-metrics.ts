import { type Counter, type MeterProvider, metrics } from '@opentelemetry/api'

interface Instruments {
  readonly provider: MeterProvider
  readonly refusals: Counter
  readonly storeFailures: Counter
}

let instruments: Instruments | undefined

/** Counts a refusal, by the limiter and the policy that refuses for longest. */
export function recordRefusal(name: string, policy: string): void {
  current().refusals.add(1, { 'seaworthy.rate_limit.name': name, 'seaworthy.rate_limit.policy': policy })
}

/** Counts a decision for which the store gave no answer. */
export function recordStoreFailure(name: string, kind: string): void {
  current().storeFailures.add(1, { 'seaworthy.rate_limit.name': name, 'error.type': kind })
}

/** Made when first needed, and again for another provider: one made before the SDK started never records. */
function current(): Instruments {
  const provider = metrics.getMeterProvider()
  if (instruments?.provider !== provider) instruments = createInstruments(provider)
  return instruments
}

function createInstruments(provider: MeterProvider): Instruments {
  const meter = provider.getMeter('@seaworthy/rate-limit')
  return {
    provider,
    refusals: meter.createCounter('seaworthy.rate_limit.refusals', {
      description: 'How often a limit refused, by limiter and policy.',
      unit: '{refusal}',
    }),
    storeFailures: meter.createCounter('seaworthy.rate_limit.store.failures', {
      description: 'How often the store of a limit failed or did not answer in time.',
      unit: '{failure}',
    }),
  }
}
