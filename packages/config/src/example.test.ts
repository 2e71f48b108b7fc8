import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  address,
  boolean,
  bytes,
  config,
  duration,
  example,
  group,
  integer,
  json,
  list,
  oneOf,
  optional,
  port,
  secret,
  string,
  url,
} from './index.ts'
import { errorOf } from './read-one.fixture.ts'

const spec = {
  httpAddr: address({ default: ':8080', description: 'Where the service listens.' }),
  databaseUrl: secret(url({ protocols: ['postgres'] }), {
    description: 'The primary database.\nIts user may write.',
    example: 'postgres://user:password@localhost:5432/app',
  }),
  logLevel: oneOf(['debug', 'info', 'warn', 'error'], { default: 'info', reloadable: true }),
  readTimeout: duration({ default: 10_000 }),
  maxBody: bytes({ default: 1_048_576, max: '8MiB' }),
  greeting: string({ default: 'Hello, world # 1' }),
  tags: list(string(), { default: ['a', 'b c'] }),
  limits: json(undefined, { default: { max: 1, "it's": true } }),
  verbose: boolean({ default: false }),
  sentryDsn: optional(secret(url())),
  adminPassword: secret(string(), { default: 'canary' }),
  apiToken: string({ default: 'canary' }),
  region: string({ env: 'AWS_REGION' }),
  cache: group(
    { host: string({ default: 'localhost' }), port: port({ default: 6379 }), ttl: optional(duration()) },
    { description: 'The cache' },
  ),
  suffix: string({ default: '' }),
  workers: integer({ min: 1, max: 64, default: 4 }),
}

const golden = `# Where the service listens.
# Type: address. Default: :8080.
# APP_HTTP_ADDR=:8080

# The primary database.
# Its user may write.
# Type: URL (postgres), secret. Required.
APP_DATABASE_URL=postgres://user:password@localhost:5432/app

# Type: debug | info | warn | error. Default: info. Reloadable.
# APP_LOG_LEVEL=info

# Type: duration. Default: 10000ms.
# APP_READ_TIMEOUT=10000ms

# Type: size of at most 8MiB. Default: 1048576B.
# APP_MAX_BODY=1048576B

# Type: text. Default: Hello, world # 1.
# APP_GREETING='Hello, world # 1'

# Type: list of text, separated by ",". Default: a,b c.
# APP_TAGS='a,b c'

# Type: JSON. Default: {"max":1,"it's":true}.
# APP_LIMITS=\`{"max":1,"it's":true}\`

# Type: boolean. Default: false.
# APP_VERBOSE=false

# Type: URL, secret. Optional.
# APP_SENTRY_DSN=

# Type: text, secret. Default: [redacted].
# APP_ADMIN_PASSWORD=

# Type: text. Default: [redacted].
# APP_API_TOKEN=

# Type: text. Required.
AWS_REGION=

## The cache

# Type: text. Default: localhost.
# APP_CACHE_HOST=localhost

# Type: port. Default: 6379.
# APP_CACHE_PORT=6379

# Type: duration. Optional.
# APP_CACHE_TTL=

# Type: text. Default: empty.
# APP_SUFFIX=

# Type: integer from 1 to 64. Default: 4.
# APP_WORKERS=4
`

describe('example', () => {
  test('is a .env file with descriptions, types and defaults (config/37)', () => {
    expect(example(spec, { prefix: 'APP_' })).toBe(golden)
  })

  test('filled in, it is a configuration: nothing but what is required has to be set (config/37)', () => {
    const filled = golden.replace('AWS_REGION=', 'AWS_REGION=eu-west-1')
    const cfg = config(spec, { env: parseEnv(filled), files: [], prefix: 'APP_' })
    expect(cfg).toMatchObject({ httpAddr: ':8080', region: 'eu-west-1', cache: { host: 'localhost' } })
  })

  test('with every comment removed, it says the defaults and nothing else (config/37)', () => {
    const uncommented = golden
      .replace(/^# ([A-Z_]+=)/gm, '$1')
      .replace('AWS_REGION=', 'AWS_REGION=x')
      .replace('ADMIN_PASSWORD=', 'ADMIN_PASSWORD=canary')
    const read = (env: NodeJS.Dict<string>) => JSON.stringify(config(spec, { env, files: [], prefix: 'APP_' }))
    const required = { APP_DATABASE_URL: 'postgres://user:password@localhost:5432/app', AWS_REGION: 'x' }
    expect(read(parseEnv(uncommented))).toBe(read(required))
  })

  test('no description escapes from its comment (config/37)', () => {
    const text = example({ a: string({ default: 'x', description: 'one\nEVIL=1\r\nEVIL=2\rEVIL=3' }) })
    expect(text.split('\n').every((line) => line === '' || line.startsWith('#'))).toBe(true)
  })

  test('of nothing is nothing (config/37)', () => {
    expect(example({})).toBe('')
  })

  test('a mistaken specification or prefix is told (config/44)', () => {
    // @ts-expect-error what JavaScript callers can still write
    expect(errorOf(() => example({ a: 1 })).code).toBe('ERR_CONFIG_SPEC')
    expect(errorOf(() => example({}, { prefix: 'a b' })).code).toBe('ERR_CONFIG_OPTION')
  })
})
