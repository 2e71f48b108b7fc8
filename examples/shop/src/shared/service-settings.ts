import { address, boolean, duration, integer, oneOf, optional, secret, string, type Spec } from '@seaworthy/config'

/** What both services can be told by their environment, each under its own prefix. */
export const serviceSettings = (defaults: {
  readonly addr: `:${number}`
  readonly database: string
  readonly audience: string
}) =>
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
    trustProxy: oneOf(['none', 'loopback', 'private'], {
      default: 'loopback',
      description: 'The proxies that are believed when they say who the client is, and that it came by HTTPS.',
    }),
    plainHttp: boolean({
      default: false,
      description: 'Takes credentials over plain HTTP, where the network itself encrypts, as a service mesh does.',
    }),
    debug: optional(boolean(), {
      description: 'Answers /debug to whoever calls from this machine and through no proxy. In development it does.',
    }),
    audience: string({ default: defaults.audience, minLength: 1, description: 'What `aud` of its tokens has to be.' }),
    perAddress: integer({ default: 6_000, min: 1, description: 'Requests in a minute from one address.' }),
    perCaller: integer({ default: 3_000, min: 1, description: 'Requests in a minute by one caller.' }),
    failures: integer({ default: 30, min: 1, description: 'Bad credentials in a minute from one address.' }),
  }) satisfies Spec
