import { hash } from 'node:crypto'
import type { PresentedToken } from '@seaworthy/jwt'
import { isLoopbackName, type Clock } from '@seaworthy/jwt/metadata'
import { parseDuration } from '@seaworthy/middleware'
import { denial, type Principal } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'
import { providerClient } from '../provider-client.ts'
import { endpointUrl } from '../provider-fetch.ts'
import type { AccessTokens, TokenVerdict } from './access-tokens.ts'
import { introspectionEndpoint, isWellFormed } from './introspection-endpoint.ts'
import type { IntrospectionOptions } from './introspection-options.ts'
import { areClaims, refusedAnswer, type IntrospectionRules } from './judge-introspection.ts'
import type { ReadPrincipal } from './read-principal.ts'
import { RecentAnswers } from './recent-answers.ts'

/** What goes with the options of introspection. */
export interface IntrospectionPlace<P> {
  readonly issuer: string
  readonly resource: string
  readonly clock: Clock
  readonly readPrincipal: ReadPrincipal<P>
}

type Good<P> = Exclude<TokenVerdict<P>, { readonly denied: unknown }>

/**
 * Tokens that the issuer is asked about. Who asks about one token at once shares one question.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when an option cannot be kept.
 */
export function introspection<P extends Principal>(
  options: IntrospectionOptions,
  { issuer, resource, clock, readPrincipal }: IntrospectionPlace<P>,
): AccessTokens<P> {
  const { max = 10_000, clientAuth, clientId } = options
  const { ttl, negativeTtl, ...rules } = rulesOf(options, issuer, resource)
  if (!Number.isInteger(max) || max < 1) throw notKept('max', 'a whole number from 1')
  if (!clientAuth || clientAuth.method === 'none') {
    throw notKept('clientAuth', "of a client that shows who it is, such as { method: 'client_secret_basic', secret }")
  }
  const endpoint = endpointOf(options.endpoint, issuer)
  const introspect = introspectionEndpoint(providerClient({ ...options, issuer, clock }), endpoint)
  const good = new RecentAnswers<Good<P>>(max)
  // Apart, so that made-up tokens push no good one out.
  const bad = new RecentAnswers<TokenVerdict<P>>(max)
  const asking = new Map<string, Promise<TokenVerdict<P>>>()

  /** Of the token, the endpoint and the client: what one is told is not for another. */
  function keyOf(presented: PresentedToken): string {
    return (presented.digest ??= hash('sha256', JSON.stringify([presented.token, endpoint ?? issuer, clientId]), 'hex'))
  }

  function recall(presented: PresentedToken): Good<P> | undefined {
    return isWellFormed(presented.token) ? good.find(keyOf(presented), clock.now()) : undefined
  }

  async function verify(presented: PresentedToken): Promise<TokenVerdict<P>> {
    if (!isWellFormed(presented.token)) return { denied: denial('invalid', 'no form of a token') }
    const key = keyOf(presented)
    const known = recall(presented) ?? bad.find(key, clock.now())
    if (known) return known
    let pending = asking.get(key)
    if (!pending) asking.set(key, (pending = ask(presented.token, key).finally(() => asking.delete(key))))
    return pending
  }

  async function ask(token: string, key: string): Promise<TokenVerdict<P>> {
    const begun = clock.now()
    const answer = await introspect(token)
    const reason = refusedAnswer(answer, rules, clock.now() / 1000)
    if (reason !== undefined || !areClaims(answer)) return refuse(key, reason ?? 'a malformed answer', begun)
    const { active: _active, ...claims } = answer
    const read = await readPrincipal({ ...claims, iss: issuer })
    if (typeof read === 'string') return refuse(key, read, begun)
    // What was true when it was asked may be revoked by the time it is told.
    const until = Math.min(begun + ttl, claims.exp === undefined ? Infinity : claims.exp * 1000)
    const verdict: Good<P> = { principal: read, token: claims }
    good.keep(key, verdict, until)
    return verdict
  }

  function refuse(key: string, reason: string, begun: number): TokenVerdict<P> {
    const verdict = { denied: denial('invalid', reason) }
    bad.keep(key, verdict, begun + negativeTtl)
    return verdict
  }

  return { recall, verify }
}

function rulesOf(
  options: IntrospectionOptions,
  issuer: string,
  resource: string,
): IntrospectionRules & { readonly ttl: number; readonly negativeTtl: number } {
  const { audience = resource, audienceOptional = false } = options
  const ttl = parseDuration(options.ttl ?? '30s')
  const tolerance = parseDuration(options.clockTolerance ?? '5s')
  const audiences = new Set(typeof audience === 'string' ? [audience] : audience)
  if (tolerance > 300_000) throw notKept('clockTolerance', 'at most 5m')
  if (audiences.size === 0 || audiences.has('')) throw notKept('audience', 'a name of this service, or several')
  return {
    issuer,
    audiences,
    audienceOptional,
    tolerance: tolerance / 1000,
    ttl,
    negativeTtl: Math.min(ttl, parseDuration(options.negativeTtl ?? '5s')),
  }
}

function endpointOf(given: string | URL | undefined, issuer: string): string | undefined {
  if (given === undefined) return undefined
  try {
    return endpointUrl(String(given), isLoopbackName(new URL(issuer).hostname))
  } catch {
    throw notKept('endpoint', 'an HTTPS address, or one on this machine if the issuer is there as well')
  }
}

function notKept(option: string, bound: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `introspection.${option} has to be ${bound}.`)
}
