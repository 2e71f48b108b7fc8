import { log } from '@seaworthy/log'
import type { AuditSink } from '@seaworthy/security'

/** Writes who was let in, and who was not: what is open and what went well only where debug lines are asked for. */
export function auditLog(): AuditSink {
  // The line has the time and the id of the request itself, and hides whatever is called a credential.
  return ({ time: _time, requestId: _id, credential, ...event }) => {
    const fields = { ...event, ...(credential !== undefined && { fingerprint: credential }) }
    const isNotable = event.outcome === 'denied' || event.scheme === 'admin'
    if (isNotable) log.print('audit', fields)
    else log.debug('audit', fields)
  }
}
