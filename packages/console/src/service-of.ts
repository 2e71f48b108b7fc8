import type { ResourceData } from './telemetry-data.ts'
import { cutText } from './weigh.ts'

/** The name of the service that telemetry comes from. */
export function serviceOf({ attributes }: ResourceData): string {
  const name = attributes['service.name']
  return typeof name === 'string' && name !== '' ? cutText(name, 255) : 'unknown_service'
}
