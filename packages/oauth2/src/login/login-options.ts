import type { Duration, Exchange, MaybePromise } from '@seaworthy/middleware'
import type { SchemeOptions } from '@seaworthy/security'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ClientAuth } from '../client-auth.ts'
import type { ProviderOptions } from '../provider-options.ts'
import type { LoginFailure } from './login-failure.ts'
import type { SessionStore } from './session-store.ts'

/** What a provider tells of a person: the claims of the ID token, without those of the protocol itself. */
export interface LoginClaims {
  /** The person's identifier, unique at the provider. */
  readonly sub: string
  readonly [claim: string]: unknown
}

/** Somebody who has just logged in. */
export interface Login<C = LoginClaims> {
  readonly subject: string
  readonly claims: C
  /** The scopes that the session has. */
  readonly scopes: readonly string[]
}

/** How sessions are kept. */
export interface LoginSessionOptions {
  /**
   * Secrets of at least 32 bytes. The first one encrypts, all of them decrypt: put a new one in front, and take the
   * old one away after `absolute`.
   */
  readonly keys: string | readonly string[]
  /**
   * Where sessions are kept. Without it they are in the cookie alone, and then there is no back-channel logout, a
   * refresh is shared within one process only, a copy of a cookie outlives the logout, and a login attempt is used up
   * in its browser only.
   */
  readonly store?: SessionStore
  /** How long a session lasts without a request. @default '1h' */
  readonly idle?: Duration
  /** How long a session lasts at most. @default '12h' */
  readonly absolute?: Duration
}

/** Settings of `oidcLogin()`. */
export interface OidcLoginOptions<N extends string = 'login', C = LoginClaims, S extends string = never>
  extends SchemeOptions<N, S>, ProviderOptions {
  readonly clientAuth: ClientAuth
  readonly session: LoginSessionOptions
  /** What is asked for, `openid` in any case. @default 'openid' */
  readonly scope?: string | readonly string[]
  /** Where the provider sends people back to: register `publicUrl` and this path. @default '/auth/callback' */
  readonly redirectPath?: string
  /** Where a login begins. @default '/auth/login' */
  readonly loginPath?: string
  /** Where a POST ends the session. @default '/auth/logout' */
  readonly logoutPath?: string
  /** Where the provider ends sessions: register `publicUrl` and this path. Needs `session.store`. @default '/auth/backchannel-logout' */
  readonly backchannelPath?: string
  /** Where people are after a logout: register it at the provider. @default '/' */
  readonly afterLogout?: string
  /**
   * The address of this service as browsers know it, such as `https://app.example.com`; with a path, where a proxy
   * takes that away. Without it a proxy that `trustProxy()` believes tells it, and in development the loopback.
   */
  readonly publicUrl?: string
  /** Other origins whose pages may send requests that change something. @default none */
  readonly origins?: readonly string[]
  /** Whether the parameters are pushed to the provider (RFC 9126): always, never, or where it offers that. @default 'offered' */
  readonly par?: boolean | 'offered'
  /** Further parameters for the provider, such as `prompt`, `acr_values` or `resource`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** The longest time since the person proved who they are, at the login. @default any */
  readonly maxAge?: Duration
  /** Asks the provider for the claims that are not in the ID token. @default false */
  readonly userInfo?: boolean
  /** Whether a logout also ends the session at the provider. @default true */
  readonly endProviderSession?: boolean
  /** Validates the claims, and types `principal.claims`. Any Standard Schema. */
  readonly claims?: StandardSchemaV1<unknown, C>
  /** The scopes that a person has in this service. @default those that the provider granted */
  grants?(claims: C): Iterable<NoInfer<S>>
  /** Runs before a session begins. A Response refuses the login and is the answer. */
  onLogin?(login: Login<C>, x: Exchange): MaybePromise<Response | void>
  /** The page for a login that failed. @default a problem */
  onFailure?(failure: LoginFailure, x: Exchange): Response | undefined
}
