import { address, duration, oneOf, secret, string, type Spec } from '@seaworthy/config'

/** What both services can be told by their environment. */
export const serviceSettings = (defaults: { readonly addr: `:${number}`; readonly database: string }) =>
  ({
    httpAddr: address({ default: defaults.addr, description: 'Where to listen.' }),
    databaseUrl: secret(
      string({
        default: defaults.database,
        pattern: /^(?:memory:|file:.+|postgres(?:ql)?:\/\/.+)$/,
        description: 'A folder (file:.data/x), memory:, or postgres://user:password@host/database.',
      }),
    ),
    logLevel: oneOf(['debug', 'info', 'warn', 'error'], {
      default: 'info',
      description: 'The least level that is written.',
    }),
    readTimeout: duration({ default: '10s', description: 'For reading a request, its body included.' }),
    writeTimeout: duration({
      default: '30s',
      description: 'For answering a request; server-sent events may take longer.',
    }),
    requestTimeout: duration({
      default: '15s',
      description: 'From the arrival of a request to the head of its answer.',
    }),
    drainDelay: duration({
      default: '5s',
      description: 'How long a stopping service still takes requests. None in development.',
    }),
  }) satisfies Spec
