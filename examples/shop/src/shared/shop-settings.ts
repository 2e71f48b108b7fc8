import { optional, secret, string, url, type Spec } from '@seaworthy/config'

/** What is the same for both services, and has no prefix. */
export const shopSettings = {
  oidcIssuer: optional(
    url({
      env: 'OIDC_ISSUER',
      protocols: ['https', 'http'],
      description: 'Whose tokens are accepted. Without it, in development, the shop issues its own.',
    }),
  ),
  redisUrl: optional(
    secret(url({ protocols: ['redis', 'rediss'] }), {
      env: 'REDIS_URL',
      description: 'Where limits are counted when there are several instances. Without it each counts in its memory.',
    }),
  ),
  developmentFolder: string({
    env: 'DEVELOPMENT_FOLDER',
    default: '.data/development',
    description: 'Where development keeps the keys that sign its tokens, and the password of its admin.',
  }),
} satisfies Spec
