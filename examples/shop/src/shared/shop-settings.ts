import { address, duration, optional, secret, string, url, type Spec } from '@seaworthy/config'

/** What is the same for both services, and has no prefix. */
export const shopSettings = {
  oidcIssuer: optional(
    url({
      env: 'OIDC_ISSUER',
      protocols: ['https', 'http'],
      description:
        'The identity provider that logs people in and issues tokens. Without it development has its own, at PROVIDER_HTTP_ADDR.',
    }),
  ),
  providerAddr: address({
    env: 'PROVIDER_HTTP_ADDR',
    default: '127.0.0.1:8082',
    description: 'Where the identity provider of development listens: on this machine alone.',
  }),
  providerTokenLife: duration({
    env: 'PROVIDER_TOKEN_LIFE',
    default: '5m',
    description: 'How long the access token of a login lives there, until the shop has it refreshed.',
  }),
  redisUrl: optional(
    secret(url({ protocols: ['redis', 'rediss'] }), {
      env: 'REDIS_URL',
      description:
        'Where limits are counted, and sessions and used proofs are kept, for all instances. Without it each has its own memory.',
    }),
  ),
  developmentFolder: string({
    env: 'DEVELOPMENT_FOLDER',
    default: '.data/development',
    description: 'Where development keeps its keys and secrets, and the password of its people.',
  }),
} satisfies Spec
