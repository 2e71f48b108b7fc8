import { metrics, type Meter, type MeterProvider } from '@opentelemetry/api'
import { version } from './version.ts'

/** The name of the meter of this package's own instruments. */
export const ownMeter = '@seaworthy/metrics'

/**
 * An instrument that is made when it is first used, and again when another provider has been registered since: what
 * is made before the SDK starts would never record.
 */
export function lazily<Instrument>(make: (meter: Meter) => Instrument, meterName: string = ownMeter): () => Instrument {
  let provider: MeterProvider | undefined
  let instrument: Instrument | undefined
  return () => {
    const current = metrics.getMeterProvider()
    if (instrument === undefined || current !== provider) {
      provider = current
      instrument = make(current.getMeter(meterName, meterName === ownMeter ? version : undefined))
    }
    return instrument
  }
}
