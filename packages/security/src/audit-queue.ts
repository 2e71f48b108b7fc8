import { isPromise } from '@seaworthy/middleware'
import type { AuditEvent, AuditSink } from './audit.ts'

/**
 * Hands events to a sink after the requests of this turn of the loop: it cannot delay them, nor throw into them. Each
 * event is handed over in the scopes of its own request, so that what the sink logs has the ids of that one.
 */
export function auditQueue(sink: AuditSink): (make: () => AuditEvent) => void {
  let failing = false

  function report(error: unknown): void {
    if (!failing) console.error('seaworthy: the audit sink fails; further failures are not reported', error)
    failing = true
  }

  function hand(make: () => AuditEvent): void {
    try {
      const done = sink(make())
      if (isPromise(done)) done.then(recovered, report)
      else recovered()
    } catch (error) {
      report(error)
    }
  }

  function recovered(): void {
    failing = false
  }

  return (make) => void setImmediate(hand, make)
}
