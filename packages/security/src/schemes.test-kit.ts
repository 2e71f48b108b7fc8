import type { MaybePromise } from '@seaworthy/middleware'
import type { Hono } from 'hono'
import {
  authenticator,
  authorizationCredentials,
  bearerChallenge,
  challenge,
  cookieCredentials,
  createPrincipal,
  denial,
  headerCredentials,
  type Authenticator,
  type Principal,
  type Verdict,
} from './index.ts'

/** `name:scope,scope` in `Authorization: Token`. The name `bad` is refused, `down` throws, `gone` rejects, `late` answers later. */
export function token<const N extends string = 'token'>(
  name?: N,
): Authenticator<Principal<N, { readonly role: 'admin' | 'user' }>, 'read' | 'write'> & { readonly calls: string[] } {
  const calls: string[] = []
  // The default of N is the default of the parameter.
  const scheme = name ?? ('token' as N)
  const word = scheme === 'token' ? 'Token' : scheme
  const guard = authenticator({
    name: scheme,
    scopes: { read: 'Reads', write: 'Writes' },
    extract: (x) => authorizationCredentials(x, word),
    authenticate(credentials: string): MaybePromise<Verdict<Principal<N, { readonly role: 'admin' | 'user' }>>> {
      calls.push(credentials)
      const [subject = '', scopes = ''] = credentials.split(':')
      if (subject === 'bad') return { denied: denial('invalid', 'a bad name') }
      if (subject === 'down') throw new Error('the database is down')
      if (subject === 'gone') return Promise.reject(new Error('the database is gone'))
      const role = subject === 'root' ? ('admin' as const) : ('user' as const)
      const verdict = {
        principal: createPrincipal({ scheme, subject, claims: { role } as const, scopes: scopes.split(',') }),
      }
      return subject === 'late' ? new Promise((resolve) => setTimeout(() => resolve(verdict), 5)) : verdict
    },
    challenge: (refusal, scopes) => bearerChallenge(refusal, scopes, { realm: 'test' }, word),
    credentialId: (credentials) => credentials.split(':')[0],
    openapi: () => ({ type: 'http', scheme: word.toLowerCase() }),
  })
  return Object.assign(guard, { calls })
}

/** The subject in `x-key`. The subject `bad` is refused. */
export function keyed<const N extends string = 'key'>(name?: N): Authenticator<Principal<N, null>, 'read'> {
  // The default of N is the default of the parameter.
  const scheme = name ?? ('key' as N)
  return authenticator({
    name: scheme,
    description: 'A key',
    scopes: { read: 'Reads' },
    extract: (x) => headerCredentials(x, `x-${scheme}`),
    authenticate: (subject: string) =>
      subject === 'bad'
        ? { denied: denial('invalid', 'unknown key') }
        : { principal: createPrincipal({ scheme, subject, claims: null }) },
    challenge: () => challenge('ApiKey', { realm: 'test' }),
    openapi: () => ({ type: 'apiKey', in: 'header', name: `x-${scheme}` }),
  })
}

/** The subject in the cookie `session`; `expired` is refused, `down` throws. */
export function cookie(): Authenticator<Principal<'session', null>> {
  return authenticator({
    name: 'session',
    extract: (x) => cookieCredentials(x, 'session'),
    authenticate(subject: string): Verdict<Principal<'session', null>> {
      if (subject === 'down') throw new Error('the store is down')
      if (subject === 'expired') return { denied: denial('invalid', 'expired') }
      return { principal: createPrincipal({ scheme: 'session', subject, claims: null }) }
    },
    ambient: () => true,
    clear: (_credentials, x) => x.appendHeader('set-cookie', 'session=; Max-Age=0; Path=/'),
    challenge: () => challenge('Cookie', { realm: 'test' }),
    openapi: () => ({ type: 'apiKey', in: 'cookie', name: 'session' }),
  })
}

/** The body that no request without credentials may get. */
export const prize = 'the protected body'

/** Asks an application as nobody, or with credentials. */
export async function ask(
  app: Pick<Hono, 'request'>,
  path: string,
  credentials?: string,
  init: RequestInit = {},
): Promise<{ status: number; body: string; headers: Headers }> {
  const headers = new Headers(init.headers)
  if (credentials !== undefined) headers.set('authorization', `Token ${credentials}`)
  const response = await app.request(path, { ...init, headers })
  return { status: response.status, body: await response.text(), headers: response.headers }
}
