import { expect, test } from 'vitest'
import {
  config,
  duration,
  explain,
  group,
  json,
  list,
  optional,
  reload,
  Secret,
  secret,
  setting,
  string,
  url,
} from './index.ts'
import { errorOf } from './read-one.fixture.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

test('explain says where every value came from (config/39)', () => {
  using directory = temporaryDirectory({ '.env': 'APP_MAIL_USER=me', password: 'canary' })
  const spec = {
    region: string({ env: 'REGION' }),
    timeout: duration({ default: '10s', reloadable: true }),
    grace: duration({ default: 5 }),
    mail: group({ user: string(), password: secret(string()) }),
    tags: list(string()),
    none: optional(string()),
  }
  const cfg = config(spec, {
    prefix: 'APP_',
    directory: directory.path,
    env: { REGION: 'eu', APP_MAIL_PASSWORD_FILE: 'password' },
    overrides: { tags: ['a', 'b'] },
  })
  expect(explain(cfg)).toEqual([
    { key: 'region', variable: 'REGION', value: 'eu', source: 'environment', reloadable: false },
    { key: 'timeout', variable: 'APP_TIMEOUT', value: '10s', source: 'default', reloadable: true },
    { key: 'grace', variable: 'APP_GRACE', value: '5ms', source: 'default', reloadable: false },
    { key: 'mail.user', variable: 'APP_MAIL_USER', value: 'me', source: 'dotenv', from: '.env', reloadable: false },
    {
      key: 'mail.password',
      variable: 'APP_MAIL_PASSWORD',
      value: '[redacted]',
      source: 'file',
      from: 'APP_MAIL_PASSWORD_FILE',
      reloadable: false,
    },
    { key: 'tags', variable: 'APP_TAGS', value: 'a,b', source: 'override', reloadable: false },
    { key: 'none', variable: 'APP_NONE', value: '', source: 'unset', reloadable: false },
  ])
})

test('explain redacts secrets, names that look secret, URLs with a user, and secrets inside values (config/39) (config/5)', () => {
  const keep = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => ({ value: { pem: new Secret(value), n: 1 } }),
    },
  }
  const spec = {
    a: secret(string()),
    apiKey: string(),
    password: string({ default: 'canary' }),
    renamed: string({ env: 'DB_PASSWORD' }),
    token: string({ env: 'HARMLESS' }),
    replica: url(),
    nested: keep,
    wrapped: json(keep),
    direct: setting(keep, {}),
  }
  const env = {
    A: 'canary',
    API_KEY: 'canary',
    DB_PASSWORD: 'canary',
    HARMLESS: 'canary',
    REPLICA: 'postgres://u:canary@h/d',
    NESTED: 'canary',
    WRAPPED: '"canary"',
    DIRECT: 'canary',
  }
  const told = JSON.stringify(explain(config(spec, { env, files: [] })))
  expect(told).not.toContain('canary')
  expect(told.match(/\[redacted\]/g)?.length).toBe(9)
})

test('explain redacts members of JSON whose names look secret (config/5) (config/39)', () => {
  const env = { SETTINGS: '{"smtp":[{"user":"u","password":"canary"}],"apiKey":{"id":"canary"},"max":1}' }
  expect(explain(config({ settings: json() }, { env, files: [] }))).toMatchObject([
    { value: '{"smtp":[{"user":"u","password":"[redacted]"}],"apiKey":"[redacted]","max":1}' },
  ])
})

test('explain of a reloaded configuration is that of the new values (config/39)', () => {
  const env: Record<string, string> = {}
  const cfg = config({ timeout: duration({ default: '10s', reloadable: true }) }, { env, files: [] })
  env['TIMEOUT'] = '1m'
  expect(explain(reload(cfg).config)).toMatchObject([{ value: '1m', source: 'environment' }])
  expect(explain(cfg)).toMatchObject([{ value: '10s', source: 'default' }])
})

test('explain and reload take only what config() returned (config/44)', () => {
  const cfg = config({ db: group({ name: string({ default: 'x' }) }) }, { env: {}, files: [] })
  for (const other of [{}, { ...cfg }, cfg.db]) {
    expect(errorOf(() => explain(other)).code).toBe('ERR_CONFIG_FOREIGN')
    expect(errorOf(() => reload(other)).code).toBe('ERR_CONFIG_FOREIGN')
  }
})

test('explain shows what has no JSON by its type (config/39)', () => {
  const give = (value: unknown) => ({
    '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ value }) },
  })
  const cfg = config({ big: give({ n: 1n }), map: give(new Map()) }, { env: { BIG: 'x', MAP: 'x' }, files: [] })
  expect(explain(cfg).map(({ value }) => value)).toEqual(['object', '{}'])
})
