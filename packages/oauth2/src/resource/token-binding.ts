import type { Exchange } from '@seaworthy/middleware'
import { denial, type Denial } from '@seaworthy/security'
import type { AccessTokenClaims } from './access-tokens.ts'
import type { ClientCertificates } from './client-certificate.ts'
import { readConfirmation } from './confirmation.ts'
import type { Dpop } from './dpop.ts'
import type { TokenType } from './find-token.ts'

/** What a service can check of the binding of a token. */
export interface BindingChecks {
  readonly dpop: Dpop | undefined
  readonly mtls: ClientCertificates | undefined
}

/** A binding that holds, as far as it can be told without a proof. */
export interface CheckedBinding {
  /** The key that a proof has to be made with. */
  readonly proofBy: string | undefined
}

/** Checks all that a token is bound to, but for the proof, or refuses it. */
export function checkBinding(
  x: Exchange,
  type: TokenType,
  claims: AccessTokenClaims,
  { dpop, mtls }: BindingChecks,
): CheckedBinding | Denial {
  const confirmation = readConfirmation(claims['cnf'])
  if (typeof confirmation === 'string') return denial('invalid', confirmation)
  const { jkt, x5t } = confirmation
  const refused = refusedKey(type, jkt, dpop) ?? refusedCertificate(x, x5t, mtls)
  return refused === undefined ? { proofBy: jkt } : denial('invalid', refused)
}

function refusedKey(type: TokenType, jkt: string | undefined, dpop: Dpop | undefined): string | undefined {
  if (jkt === undefined) return type === 'DPoP' || dpop?.required ? 'not bound to a key' : undefined
  // RFC 9449 §7.2: as a bearer token it would be good for whoever has stolen it.
  return type === 'DPoP' ? undefined : 'bound to a key, and sent as a bearer token'
}

/** RFC 8705 §3 */
function refusedCertificate(
  x: Exchange,
  x5t: string | undefined,
  mtls: ClientCertificates | undefined,
): string | undefined {
  if (x5t === undefined) return mtls?.required ? 'not bound to a certificate' : undefined
  if (!mtls) return 'bound to a certificate, which is not looked at here'
  return mtls.thumbprint(x) === x5t ? undefined : 'bound to another certificate'
}
