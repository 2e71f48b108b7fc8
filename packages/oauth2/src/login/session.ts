import { createPrincipal, type Principal } from '@seaworthy/security'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { OidcLoginOptions } from './login-options.ts'
import type { SessionData } from './session-data.ts'

/** A session that was opened: what it is, and who it is of. */
export interface Session<P = Principal> {
  readonly data: SessionData
  readonly principal: P
}

/** Makes sessions of what is known of them; `undefined` when the claims do not fit the schema. */
export type OpenSession<P> = (data: SessionData) => Promise<Session<P> | undefined>

/** What the principals of a login have in common. */
export interface SessionFacts {
  readonly issuer: string
  readonly clientId: string
  /** Milliseconds. */
  readonly absolute: number
}

/** Makes principals, by the schema and the scopes of the options. */
export function sessionOpener<N extends string, C, S extends string>(
  name: N,
  options: Pick<OidcLoginOptions<N, C, S>, 'claims' | 'grants'>,
  { issuer, clientId, absolute }: SessionFacts,
): OpenSession<Principal<N, C>> {
  const { claims: schema } = options
  return async (data) => {
    const read = await validated(schema, data.claims)
    if (!read) return undefined
    const { authTime, acr, begun } = data
    const principal = createPrincipal<N, C>({
      scheme: name,
      subject: data.claims.sub,
      claims: read.value,
      scopes: options.grants?.(read.value) ?? data.granted,
      issuer,
      clientId,
      expiresAt: Math.floor((begun + absolute) / 1000),
      ...(authTime !== undefined && { authTime }),
      ...(acr !== undefined && { acr }),
    })
    return { data, principal }
  }
}

async function validated<C>(
  schema: StandardSchemaV1<unknown, C> | undefined,
  claims: unknown,
): Promise<{ readonly value: C } | undefined> {
  // Without a schema, C is the type of the claims.
  if (!schema) return { value: claims as C }
  const read = await schema['~standard'].validate(claims)
  return read.issues ? undefined : { value: read.value }
}
