export type { AuthorizedClient } from './client/authorized-client.ts'
export { clientCredentials, type ClientCredentialsOptions } from './client/client-credentials.ts'
export {
  allowInsecure,
  type ClientClock,
  type ClientOptions,
  type DpopOptions,
  type ProofKeyPair,
} from './client/client-options.ts'
export type { DeviceCode } from './client/device-code.ts'
export { deviceLogin, type DeviceLogin, type DeviceLoginOptions } from './client/device-login.ts'
export {
  tokenExchange,
  type TokenExchange,
  type TokenExchangeOptions,
  type TokenType,
} from './client/token-exchange.ts'
export type { ClientAuth } from './client-auth.ts'
export { OAuth2Error, type OAuth2ErrorCode } from './oauth2-error.ts'
export type { PrivateJwk } from './private-key.ts'
export type { Fetch, ProviderOptions } from './provider-options.ts'
