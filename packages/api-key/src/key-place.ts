import { registerSecretParameter, type Exchange } from '@seaworthy/middleware'
import {
  authorizationCredentials,
  checkOrigin,
  cookieCredentials,
  denial,
  headerCredentials,
  isDenial,
  type Denial,
  type SecuritySchemeObject,
} from '@seaworthy/security'
import { invalidOption } from './api-key-error.ts'
import type { PresentedKey } from './key-verifier.ts'

/** A cookie that only its own host, or only HTTPS, can set. Unsafe methods are checked for other sites' requests. */
export interface CookiePlace {
  readonly cookie: `__Host-${string}` | `__Secure-${string}`
  /** Other origins that may cause requests, such as `https://app.example.com`. @default none */
  readonly origins?: readonly string[]
}

/**
 * Where a key may be: in a header of its own, in `Authorization` after a scheme, in a cookie, or in the query. The query
 * ends up in histories and in the logs of others: choose it only where nothing else can be sent.
 */
export type KeyPlace =
  | { readonly header: string }
  | { readonly authorization: string }
  | CookiePlace
  | { readonly query: string }
  | 'authorization'

/** A key as it was found. */
export interface FoundKey extends PresentedKey {
  /** The name of the cookie that it came in. */
  readonly cookie: string | undefined
}

/** Finds a key in a request. */
export type FindKey = (x: Exchange) => FoundKey | Denial | undefined

const defaultPlaces: readonly KeyPlace[] = [{ header: 'x-api-key' }, { authorization: 'ApiKey' }]

/** The places of an option. */
export function placesOf(option: KeyPlace | readonly KeyPlace[] = defaultPlaces): readonly KeyPlace[] {
  return isList(option) ? [...option] : [option]
}

/**
 * Looks in all places. A key in more than one of them is refused as ambiguous.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when a place is none.
 */
export function findKeyIn(places: readonly KeyPlace[]): FindKey {
  const finders = places.map(finderOf)
  const [first] = finders
  if (!first) throw notAPlace()
  if (finders.length === 1) return first
  return (x) => {
    let found: FoundKey | Denial | undefined
    for (const find of finders) {
      const here = find(x)
      if (here === undefined) continue
      if (found !== undefined) return denial('malformed', 'keys in several places')
      found = here
    }
    return found
  }
}

/** The first place, as OpenAPI describes it. */
export function describePlace([place]: readonly KeyPlace[]): SecuritySchemeObject {
  if (typeof place !== 'object' || 'authorization' in place) {
    const scheme = schemeIn(place)
    if (scheme.toLowerCase() === 'bearer') return { type: 'http', scheme: 'bearer' }
    return { type: 'apiKey', in: 'header', name: 'Authorization' }
  }
  if ('cookie' in place) return { type: 'apiKey', in: 'cookie', name: place.cookie }
  if ('query' in place) return { type: 'apiKey', in: 'query', name: place.query }
  return { type: 'apiKey', in: 'header', name: place.header }
}

/** The scheme that challenges name. It is not registered, but a 401 needs one. */
export function challengeScheme(places: readonly KeyPlace[]): string {
  return schemeIn(places.find((place) => place === 'authorization' || 'authorization' in place))
}

function schemeIn(place: KeyPlace | undefined): string {
  return typeof place === 'object' && 'authorization' in place ? place.authorization : 'ApiKey'
}

function isList(option: KeyPlace | readonly KeyPlace[]): option is readonly KeyPlace[] {
  return Array.isArray(option)
}

/** RFC 9110 §5.6.2 */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/

function finderOf(place: KeyPlace): FindKey {
  if (place === 'authorization') return finderOf({ authorization: 'ApiKey' })
  if (typeof place !== 'object' || place === null) throw notAPlace()
  if ('cookie' in place) return cookieFinder(place)
  if ('query' in place) return queryFinder(place.query)
  const name = 'header' in place ? place.header : place.authorization
  if (typeof name !== 'string' || !token.test(name)) throw notAPlace()
  return 'header' in place ? (x) => found(headerCredentials(x, name)) : (x) => found(authorizationCredentials(x, name))
}

function found(key: string | Denial | undefined, cookie?: string): FoundKey | Denial | undefined {
  return typeof key === 'string' ? { key, cookie, digest: undefined, id: undefined } : key
}

function cookieFinder({ cookie, origins = [] }: CookiePlace): FindKey {
  if (!/^__(?:Host|Secure)-[\w!#$%&'*+.^`|~-]+$/.test(cookie)) {
    throw invalidOption('in', 'A cookie with a key has a name that begins with __Host- or __Secure-.')
  }
  const allowed = [...origins]
  return (x) => {
    const key = found(cookieCredentials(x, cookie), cookie)
    return key === undefined || isDenial(key) ? key : (checkOrigin(x, allowed) ?? key)
  }
}

function queryFinder(name: string): FindKey {
  if (typeof name !== 'string' || !/^[\w.~-]+$/.test(name)) throw notAPlace()
  registerSecretParameter(name)
  return (x) => {
    const [url = ''] = x.url.split('#', 1)
    const start = url.indexOf('?')
    if (start === -1) return undefined
    const [key, ...others] = new URLSearchParams(url.slice(start)).getAll(name)
    if (key === undefined) return undefined
    // Beside what the handler says: `private` holds whatever else stands there (RFC 9111 §3).
    x.appendHeader('cache-control', 'private')
    if (others.length > 0) return denial('malformed', 'several keys in the query')
    return key === '' ? denial('invalid', 'empty credentials') : found(key)
  }
}

function notAPlace(): Error {
  return invalidOption(
    'in',
    "Use { header: 'x-api-key' }, { authorization: 'ApiKey' }, { cookie: '__Host-key' }, { query: 'api_key' }, or a list of these.",
  )
}
