import { diag, type Attributes } from '@opentelemetry/api'

/** The attributes that an option adds. One that throws costs its attributes, not the measurement. */
export function addedAttributes<Arguments extends unknown[]>(
  option: ((...of: Arguments) => Attributes) | undefined,
  ...of: Arguments
): Attributes | undefined {
  if (option === undefined) return undefined
  try {
    return option(...of)
  } catch (error) {
    diag.error('@seaworthy/metrics: the attributes option threw', error)
    return undefined
  }
}
