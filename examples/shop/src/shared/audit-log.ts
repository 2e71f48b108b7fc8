import { log } from '@seaworthy/log'
import type { AuditSink } from '@seaworthy/security'

/** Writes who was let in, and who was not: what is open and what went well only where debug lines are asked for. */
export function auditLog(): AuditSink {
  return ({ time: _time, requestId: _id, ...event }) => {
    const isNotable = event.outcome === 'denied' || event.scheme === 'admin'
    if (isNotable) log.print('audit', event)
    else log.debug('audit', event)
  }
}
