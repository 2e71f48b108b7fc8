import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import { exchangeGrant, jwtResource } from './provider-clients.test-kit.ts'
import { resourceServer } from './provider-configuration.test-kit.ts'
import type { ProviderBehaviour } from './provider.test-kit.ts'

interface ExchangeParameters {
  readonly subject_token?: string
  readonly subject_token_type?: string
  readonly resource?: string
  readonly scope?: string
}

/** The grant of RFC 8693: an opaque access token of a user becomes one of the same user for another resource. */
export function addTokenExchange(provider: Provider, behaviour: ProviderBehaviour): void {
  provider.registerGrantType<ExchangeParameters>(
    exchangeGrant,
    async (ctx) => {
      const { client, params } = ctx.oidc
      if (params.subject_token_type !== 'urn:ietf:params:oauth:token-type:access_token') {
        throw new errors.InvalidRequest('unsupported subject_token_type')
      }
      const subject = await provider.AccessToken.find(params.subject_token ?? '')
      if (!subject?.accountId) throw new errors.InvalidGrant('the subject token is not valid')
      const target = params.resource ?? jwtResource
      const token = new provider.AccessToken({
        accountId: subject.accountId,
        client,
        grantId: subject.grantId ?? '',
        gty: 'token_exchange',
        scope: params.scope ?? subject.scope ?? '',
        claims: {},
      })
      token.resourceServer = new provider.ResourceServer(target, resourceServer(target, behaviour))
      ctx.body = {
        access_token: await token.save(),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: token.expiration,
        scope: token.scope,
      }
    },
    [
      'subject_token',
      'subject_token_type',
      'actor_token',
      'actor_token_type',
      'requested_token_type',
      'resource',
      'audience',
      'scope',
    ],
  )
}
