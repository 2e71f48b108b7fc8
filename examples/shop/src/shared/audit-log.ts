import { AsyncResource } from 'node:async_hooks'
import { log } from '@seaworthy/log'
import type { AuditEvent, AuditSink } from '@seaworthy/security'

/** Writes who was let in, and who was not: what is open and what went well only where debug lines are asked for. */
export function auditLog(): AuditSink {
  // Events of several requests come together: a line must not take the ids of the request that happens to be current.
  const outside = new AsyncResource('audit')
  return (event) => outside.runInAsyncScope(write, undefined, event)
}

function write({ time: _time, requestId, credential, ...event }: AuditEvent): void {
  // `credential` is a keyed digest, and the log hides whatever is called so.
  const fields = {
    ...event,
    ...(requestId !== undefined && { request_id: requestId }),
    ...(credential !== undefined && { fingerprint: credential }),
  }
  if (event.outcome === 'denied' || event.scheme === 'admin') log.print('audit', fields)
  else log.debug('audit', fields)
}
