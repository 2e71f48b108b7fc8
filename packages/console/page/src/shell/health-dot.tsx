import type { JSX } from 'preact'
import { health } from '../state/health.ts'

/** How the service stands, beside the link to its checks; nothing while all is well. */
export function HealthDot(): JSX.Element | null {
  const status = health.value?.status
  if (status === undefined || status === 'pass') return null
  return <span class={`outcome ${status}`}>{status}</span>
}
