import type { Exchange } from '@seaworthy/middleware'
import { denial, isDenial, type Denial, type Principal, type Verdict } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import type { AccessTokens, TokenVerdict } from './access-tokens.ts'
import type { ClientCertificates } from './client-certificate.ts'
import type { Dpop } from './dpop.ts'
import type { FoundToken } from './find-token.ts'
import { refusedGrant } from './flows.ts'
import type { StepUp } from './step-up.ts'
import { checkBinding, type CheckedBinding } from './token-binding.ts'

/** All that a token is held to. */
export interface Judging<P> {
  readonly tokens: AccessTokens<P>
  readonly dpop: Dpop | undefined
  readonly mtls: ClientCertificates | undefined
  readonly stepUp: StepUp | undefined
}

/** A token that is good for something. */
type Good<P> = Exclude<TokenVerdict<P>, { readonly denied: unknown }>

/** The part of a scheme that decides. */
export interface Judge<P> {
  recall(found: FoundToken<P>, x: Exchange): Verdict<P> | undefined
  authenticate(found: FoundToken<P>, x: Exchange): Promise<Verdict<P>>
}

/**
 * Decides about tokens. What a token is good for may be known already; what it is bound to, and how lately its user
 * logged in, is looked at in every request.
 */
export function judge<P extends Principal>({ tokens, dpop, mtls, stepUp }: Judging<P>): Judge<P> {
  function recall(found: FoundToken<P>, x: Exchange): Verdict<P> | undefined {
    const known = tokens.recall(found)
    if (!known || 'denied' in known) return undefined
    const binding = check(known, found, x)
    if (isDenial(binding)) return { denied: binding }
    if (binding.proofBy === undefined) return known
    // A proof has a signature to be verified, which is not for nothing.
    found.known = known
    return undefined
  }

  async function authenticate(found: FoundToken<P>, x: Exchange): Promise<Verdict<P>> {
    const verdict = found.known ?? (await verify(found, x))
    if ('denied' in verdict) return verdict
    const binding = check(verdict, found, x)
    if (isDenial(binding)) return { denied: binding }
    const refused = binding.proofBy === undefined ? undefined : await dpop?.check(x, found.token, binding.proofBy)
    return refused ? { denied: refused } : verdict
  }

  /** All but the proof. */
  function check({ principal, token }: Good<P>, { type }: FoundToken<P>, x: Exchange): CheckedBinding | Denial {
    const binding = checkBinding(x, type, token, { dpop, mtls })
    return isDenial(binding) ? binding : (refusedGrant(token) ?? stepUp?.(principal) ?? binding)
  }

  async function verify(found: FoundToken<P>, x: Exchange): Promise<TokenVerdict<P>> {
    try {
      return await tokens.verify(found)
    } catch (error) {
      x.error ??= error
      return { denied: denial('unavailable', 'nobody can tell', retryAfterOf(error)) }
    }
  }

  return { recall, authenticate }
}

function retryAfterOf(error: unknown): { readonly retryAfter?: number } {
  const after = error instanceof OAuth2Error ? error.retryAfter : undefined
  return after === undefined ? {} : { retryAfter: after / 1000 }
}
