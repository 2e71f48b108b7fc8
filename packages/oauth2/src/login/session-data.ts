import type { LoginClaims } from './login-options.ts'

/** What is known of a session: plain data, which is encrypted wherever it is kept. */
export interface SessionData {
  readonly id: string
  /** Counts the refreshes: of two states of a session the higher one is the newer one. */
  readonly version: number
  readonly claims: LoginClaims
  /** The scopes that the provider granted. */
  readonly granted: readonly string[]
  /** The session at the provider. */
  readonly sid?: string
  readonly authTime?: number
  readonly acr?: string
  /** Milliseconds, as the other times: when the person logged in. */
  readonly begun: number
  /** When the cookie was last written. */
  readonly seen: number
  readonly tokens: SessionTokens
}

/** What calls others in the person's name. */
export interface SessionTokens {
  readonly access: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Milliseconds. */
  readonly lifetime: number
  readonly refresh?: string
  /** Tells the provider at a logout whose session it is. */
  readonly id?: string
}

/** The form of what is kept, so that a later one is not mistaken for it. */
const form = 1

/** A session as it is kept. */
export function written(data: SessionData): object {
  return { v: form, ...data }
}

/** A session from what was kept: only this service can have written it. */
export function readSession(value: unknown): SessionData | undefined {
  return isSession(value) ? value : undefined
}

function isSession(value: unknown): value is SessionData {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === form && 'tokens' in value
}

/** The claims of the protocol itself, which say nothing of the person. */
const protocolClaims = new Set('iss aud azp exp iat nbf jti nonce at_hash c_hash s_hash sid auth_time acr'.split(' '))

/** The claims that are about the person. */
export function personalClaims(claims: Readonly<Record<string, unknown>>, sub: string): LoginClaims {
  const kept = Object.entries(claims).filter(([name]) => !protocolClaims.has(name))
  return { ...Object.fromEntries(kept), sub }
}
