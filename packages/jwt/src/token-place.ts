import type { Exchange } from '@seaworthy/middleware'
import {
  authorizationCredentials,
  checkOrigin,
  cookieCredentials,
  denial,
  isDenial,
  type Denial,
} from '@seaworthy/security'
import { JwtError } from './jwt-error.ts'
import type { PresentedToken } from './jwt-verifier.ts'

/** A cookie that only its own host, or only HTTPS, can set. Unsafe methods are checked for other sites' requests. */
export interface CookiePlace {
  readonly cookie: `__Host-${string}` | `__Secure-${string}`
  /** Other origins that may cause requests, such as `https://app.example.com`. @default none */
  readonly origins?: readonly string[]
}

/**
 * A member of `Sec-WebSocket-Protocol` that begins with this word and a dot, for browsers, which cannot set headers:
 * `new WebSocket(url, ['chat', 'bearer.' + token])`. The service must choose another protocol than that one.
 */
export interface SubprotocolPlace {
  readonly subprotocol: string
}

/** Where a token may be: in `Authorization: Bearer`, in a cookie, in a WebSocket's subprotocols, or elsewhere. */
export type TokenPlace =
  | 'authorization'
  | CookiePlace
  | SubprotocolPlace
  | ((x: Exchange) => string | Denial | undefined)

/** A token as it was found. */
export interface FoundToken extends PresentedToken {
  /** The name of the cookie that it came in. */
  readonly cookie: string | undefined
}

/** Finds a token in a request. */
export type FindToken = (x: Exchange) => FoundToken | Denial | undefined

/**
 * Looks in several places. A token in more than one of them is refused as ambiguous.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` when a place is none.
 */
export function findTokenIn(places: TokenPlace | readonly TokenPlace[]): FindToken {
  const [first, ...others] = (isList(places) ? places : [places]).map(finderOf)
  if (!first) throw notAPlace()
  if (others.length === 0) return first
  return (x) => {
    const found = [first, ...others].map((find) => find(x)).filter((each) => each !== undefined)
    return found.length > 1 ? denial('malformed', 'tokens in several places') : found[0]
  }
}

function isList(places: TokenPlace | readonly TokenPlace[]): places is readonly TokenPlace[] {
  return Array.isArray(places)
}

function finderOf(place: TokenPlace): FindToken {
  if (place === 'authorization') return (x) => found(authorizationCredentials(x, 'Bearer'))
  if (typeof place === 'function') return (x) => found(place(x))
  if (typeof place === 'object' && place !== null && 'cookie' in place) return cookieFinder(place)
  if (typeof place === 'object' && place !== null && 'subprotocol' in place) return subprotocolFinder(place)
  throw notAPlace()
}

function found(token: string | Denial | undefined, cookie?: string): FoundToken | Denial | undefined {
  return typeof token === 'string' ? { token, cookie, digest: undefined } : token
}

function cookieFinder({ cookie, origins = [] }: CookiePlace): FindToken {
  if (!/^__(?:Host|Secure)-[\w!#$%&'*+.^`|~-]+$/.test(cookie)) {
    throw new JwtError('ERR_JWT_OPTION', 'A cookie with a token has a name that begins with __Host- or __Secure-.')
  }
  const allowed = [...origins]
  return (x) => {
    const token = found(cookieCredentials(x, cookie), cookie)
    return token === undefined || isDenial(token) ? token : (checkOrigin(x, allowed) ?? token)
  }
}

function subprotocolFinder({ subprotocol }: SubprotocolPlace): FindToken {
  if (!/^[\w!#$%&'*+^`|~-]+$/.test(subprotocol)) {
    throw new JwtError('ERR_JWT_OPTION', "subprotocol is one word without a dot, such as 'bearer'.")
  }
  const prefix = `${subprotocol}.`
  return (x) => {
    if (x.header('upgrade')?.toLowerCase() !== 'websocket') return undefined
    const offered = (x.header('sec-websocket-protocol') ?? '').split(',').map((each) => each.trim())
    const tokens = offered.filter((each) => each.startsWith(prefix))
    if (tokens.length > 1) return denial('malformed', 'several tokens in the subprotocols')
    return found(tokens[0]?.slice(prefix.length))
  }
}

function notAPlace(): JwtError {
  return new JwtError(
    'ERR_JWT_OPTION',
    "extract is 'authorization', { cookie: '__Host-…' }, { subprotocol: 'bearer' }, a function, or a list of these.",
  )
}
