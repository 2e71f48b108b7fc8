import { createHmac, randomBytes } from 'node:crypto'
import type { Exchange } from '@seaworthy/middleware'
import { auditQueue } from './audit-queue.ts'
import { schemeOf } from './auth-metrics.ts'
import type { DenialCode } from './denial.ts'
import { SecurityError } from './security-error.ts'
import { sessionOf, type Session, type SessionDecision } from './session.ts'

/** What became of one request. It never holds a credential. */
export interface AuditEvent {
  /** ISO 8601, in UTC. */
  readonly time: string
  /**
   * `open`: let in by `none()`. `anonymous`: let in by `optional()`, without credentials. `unmatched`: no route, and
   * answered with 404 by the guard.
   */
  readonly outcome: 'allowed' | 'denied' | 'anonymous' | 'open' | 'unmatched'
  /** The scheme that decided, `all` for several. */
  readonly scheme?: string
  readonly code?: DenialCode
  readonly reason?: string
  readonly method: string
  /** The route's template. */
  readonly route?: string
  readonly requestId?: string
  /** The client's address. */
  readonly client?: string
  /** The digest of who was let in, as `exchange.caller` has it. */
  readonly caller?: string
  /** A keyed digest of the credential's id: equal for one credential, and useless without the key. */
  readonly credential?: string
}

/** Receives audit events. What it throws is reported once, and changes nothing. */
export type AuditSink = (event: AuditEvent) => void | Promise<void>

/** An audit whose fingerprints can be compared over restarts and instances. */
export interface AuditOptions {
  readonly sink: AuditSink
  /** At least 16 bytes. @default random bytes for each process */
  readonly fingerprintKey?: string | Uint8Array
}

/** Hands over what became of a request, once. */
export type Audit = (x: Exchange) => void

/**
 * An audit for a policy.
 *
 * @throws {SecurityError} `ERR_SECURITY_OPTION` when the key for fingerprints is too short.
 */
export function createAudit(options: AuditSink | AuditOptions): Audit {
  const { sink, fingerprintKey = randomBytes(32) } = typeof options === 'function' ? { sink: options } : options
  if (fingerprintKey.length < 16) throw shortKey()
  const enqueue = auditQueue(sink)
  const fingerprint = (id: string): string => createHmac('sha256', fingerprintKey).update(id).digest('base64url')

  return (x) => {
    const session = sessionOf(x)
    if (!session.decision || session.audited) return
    session.audited = true
    const id = credentialIdOf(session, session.decision)
    const event = eventOf(x, session.decision, new Date().toISOString())
    enqueue(() => (id === undefined ? event : { ...event, credential: fingerprint(id) }))
  }
}

function eventOf(x: Exchange, decision: SessionDecision, time: string): AuditEvent {
  const { method, route, requestId, client } = x
  const caller = x.caller?.id
  return defined({ time, ...verdictOf(decision), method, route, requestId, client, caller })
}

function verdictOf(decision: SessionDecision): Pick<AuditEvent, 'outcome' | 'scheme' | 'code' | 'reason'> {
  if (typeof decision === 'string') return { outcome: decision }
  const { grants, refusal } = decision
  const scheme = schemeOf(grants, refusal)
  const named = scheme === 'none' ? {} : { scheme }
  if (!refusal) return { outcome: grants.length > 0 ? 'allowed' : 'anonymous', ...named }
  return { outcome: 'denied', ...named, code: refusal.denial.code, reason: refusal.denial.reason }
}

/** Without the members that are not known. */
function defined(event: { [M in keyof AuditEvent]: AuditEvent[M] | undefined }): AuditEvent {
  // What remains is what is defined, and what must be is.
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as unknown as AuditEvent
}

/** The id of the credential that decided. */
function credentialIdOf(session: Session, decision: SessionDecision): string | undefined {
  if (typeof decision === 'string') return undefined
  const { grants, refusal } = decision
  const scheme = refusal ? refusal.failure?.condition.scheme : grants[0]?.condition.scheme
  const attempt = session.attempts.find((each) => each.scheme === scheme)
  if (attempt?.credentials === undefined) return undefined
  try {
    return attempt.scheme.credentialId?.(attempt.credentials)
  } catch {
    return undefined
  }
}

function shortKey(): SecurityError {
  return new SecurityError(
    'ERR_SECURITY_OPTION',
    'The fingerprintKey of an audit has at least 16 bytes. Leave it out for random ones.',
  )
}
