/** Why a request was not let in, as a stable word. It is the `code` of the problem that the client sees. */
export type DenialCode =
  | 'missing'
  | 'malformed'
  | 'invalid'
  | 'insufficient_scope'
  | 'insufficient_auth'
  | 'limited'
  | 'unavailable'
  | 'insecure_transport'

/** An expected refusal. */
export interface Denial {
  readonly code: DenialCode
  /** For the audit only, never for the client: `'expired'`, `'unknown key'`. It must not contain any credential. */
  readonly reason: string
  /** Seconds until a retry can succeed. */
  readonly retryAfter?: number
  /** Parameters for the scheme's own challenge, such as `acr_values`. */
  readonly parameters?: Readonly<Record<string, string>>
}

const statuses: Readonly<Record<DenialCode, number>> = {
  missing: 401,
  malformed: 400,
  invalid: 401,
  insufficient_scope: 403,
  insufficient_auth: 401,
  limited: 429,
  unavailable: 503,
  insecure_transport: 403,
}

/** Makes a denial. */
export function denial(code: DenialCode, reason: string, details?: Pick<Denial, 'retryAfter' | 'parameters'>): Denial {
  return Object.freeze({ code, reason, ...details })
}

/** Whether what {@link Scheme.extract} returned is a refusal rather than credentials. */
export function isDenial(value: unknown): value is Denial {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('reason' in value)) return false
  return typeof value.code === 'string' && Object.hasOwn(statuses, value.code) && typeof value.reason === 'string'
}

/** The HTTP status that a code is answered with. */
export function statusOf(code: DenialCode): number {
  return statuses[code]
}
