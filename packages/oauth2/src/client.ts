export type { ClientAuth } from './client-auth.ts'
export { OAuth2Error, type OAuth2ErrorCode } from './oauth2-error.ts'
export type { PrivateJwk } from './private-key.ts'
export type { ProviderOptions } from './provider-options.ts'
