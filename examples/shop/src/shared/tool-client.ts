import { clientCredentials, type AuthorizedClient } from '@seaworthy/oauth2/client'
import { developmentSecrets, type DevelopmentSecrets } from './development-secrets.ts'
import { trustedIssuer, type IssuerSettings } from './trusted-issuer.ts'

/** As a client of the identity provider of development: a program on this machine that may read its secret. */
export function toolClient(
  settings: IssuerSettings & { readonly developmentFolder: string },
  client: { readonly id: keyof DevelopmentSecrets; readonly audience: string; readonly scope: readonly string[] },
): AuthorizedClient {
  const secret = developmentSecrets(settings.developmentFolder)[client.id]
  return clientCredentials({
    issuer: trustedIssuer(settings),
    clientId: client.id,
    clientAuth: { method: 'client_secret_basic', secret },
    scope: client.scope,
    parameters: { audience: client.audience },
  })
}
