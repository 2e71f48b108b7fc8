import { isPromise, type MaybePromise } from '@seaworthy/middleware'
import { createPrincipal, type Principal } from '@seaworthy/security'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AccessTokenClaims } from './access-tokens.ts'

/** Reads who a token is about from what was told of it, or says why it is refused. */
export type ReadPrincipal<P> = (claims: AccessTokenClaims) => MaybePromise<P | string>

/** Reads principals of a scheme, with claims by a schema. */
export function principalReader<const N extends string, C>(
  scheme: N,
  schema: StandardSchemaV1<unknown, C> | undefined,
): ReadPrincipal<Principal<N, C>> {
  return (claims) => {
    // A token without a subject is the client's own (RFC 7662 §2.2).
    const subject = claims.sub ?? claims.client_id
    if (subject === undefined || subject === '') return 'no subject'
    const reading = schema?.['~standard'].validate(claims)
    return isPromise(reading) ? reading.then(conclude) : conclude(reading)

    function conclude(read: StandardSchemaV1.Result<C> | undefined): Principal<N, C> | string {
      if (read?.issues) return 'the claims do not fit the schema'
      // Without a schema, C is the type of the claims.
      return createPrincipal({
        ...identityOf(scheme, String(subject), claims),
        claims: read ? read.value : (claims as C),
      })
    }
  }
}

function identityOf<N extends string>(
  scheme: N,
  subject: string,
  { iss, client_id: clientId, exp, scope, auth_time: authTime, acr }: AccessTokenClaims,
): Omit<Principal<N>, 'claims' | 'scopes'> & { readonly scopes: readonly string[] } {
  return {
    scheme,
    subject,
    scopes: typeof scope === 'string' ? scope.split(' ').filter((each) => each !== '') : [],
    ...(iss !== undefined && { issuer: iss }),
    ...(clientId !== undefined && { clientId }),
    ...(exp !== undefined && { expiresAt: exp }),
    ...(typeof authTime === 'number' && { authTime }),
    ...(typeof acr === 'string' && { acr }),
  }
}
