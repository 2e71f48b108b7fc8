import { log } from '@seaworthy/log'
import type { AuditEvent, AuditSink } from '@seaworthy/security'

/** Writes who was let in, and who was not: what is open and what went well only where debug lines are asked for. */
export function auditLog(): AuditSink {
  return write
}

function write({ time: _time, requestId: _requestId, credential, ...event }: AuditEvent): void {
  // `credential` is a keyed digest, and the log hides whatever is called so.
  const fields = {
    ...event,
    ...(credential !== undefined && { fingerprint: credential }),
  }
  if (event.outcome === 'denied' || event.scheme === 'admin') log.print('audit', fields)
  else log.debug('audit', fields)
}
