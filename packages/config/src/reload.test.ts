import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import {
  config,
  ConfigError,
  duration,
  explain,
  group,
  integer,
  list,
  optional,
  reload,
  Secret,
  secret,
  setting,
  string,
} from './index.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

const spec = {
  name: string({ default: 'app' }),
  timeout: duration({ default: '10s', reloadable: true }),
  db: group({ pool: integer({ default: 5, reloadable: true }), password: secret(string(), { reloadable: true }) }),
  tags: list(string(), { default: [], reloadable: true }),
  maybe: optional(string(), { reloadable: true }),
}

describe('reload', () => {
  test('takes over what changed and is reloadable, in a new frozen object (config/41)', () => {
    using directory = temporaryDirectory({ '.env': 'NAME=a\nTIMEOUT=1s\nDB_PASSWORD_FILE=password', password: 'one\n' })
    const cfg = config(spec, { env: { MAYBE: 'm' }, directory: directory.path })
    directory.write('.env', 'NAME=b\nTIMEOUT=2s\nDB_PASSWORD_FILE=password\nTAGS=x,y\nDB_POOL=5\n')
    directory.write('password', 'two\n')
    const { config: next, changed, ignored, problems } = reload(cfg)
    expect([changed, ignored, problems]).toEqual([['timeout', 'db.password', 'tags'], ['name'], []])
    expect({ ...next, db: { ...next.db, password: next.db.password.reveal() } }).toEqual({
      name: 'a',
      timeout: 2_000,
      db: { pool: 5, password: 'two' },
      tags: ['x', 'y'],
      maybe: 'm',
    })
    expect([next, next.db, next.tags].every(Object.isFrozen)).toBe(true)
  })

  test('never changes the configuration it was given (config/41)', () => {
    const env: Record<string, string> = { DB_PASSWORD: 'one' }
    const cfg = config(spec, { env, files: [] })
    const before = { ...cfg, password: cfg.db.password.reveal() }
    env['TIMEOUT'] = '2s'
    env['DB_PASSWORD'] = 'two'
    const { config: next } = reload(cfg)
    expect(next).not.toBe(cfg)
    expect([next.timeout, next.db.password.reveal()]).toEqual([2_000, 'two'])
    expect({ ...cfg, password: cfg.db.password.reveal() }).toEqual(before)
  })

  test('goes on from its own result, and back to the default (config/41)', () => {
    const env: Record<string, string> = { DB_PASSWORD: 'x' }
    const first = config(spec, { env, files: [] })
    env['TIMEOUT'] = '2s'
    const second = reload(first)
    delete env['TIMEOUT']
    const third = reload(second.config)
    expect([second.config.timeout, second.changed]).toEqual([2_000, ['timeout']])
    expect([third.config.timeout, third.changed]).toEqual([10_000, ['timeout']])
    expect(reload(third.config).changed).toEqual([])
  })

  test('the same value in other words, or from elsewhere, is no change (config/41)', () => {
    const env: Record<string, string> = { DB_PASSWORD: 'x', TIMEOUT: '60s' }
    const cfg = config(spec, { env, files: [] })
    env['TIMEOUT'] = '1m'
    env['DB_POOL'] = '5'
    const { config: next, changed, ignored } = reload(cfg)
    expect([changed, ignored]).toEqual([[], []])
    expect(next.tags).toBe(cfg.tags)
    expect(next.db.password).toBe(cfg.db.password)
    expect(explain(next)).toMatchObject([{}, { value: '1m' }, { value: '5', source: 'environment' }, {}, {}, {}])
  })

  test('notices a secret that another library made (config/41)', () => {
    const validate = (value: unknown): { value: Secret<string> } => ({ value: new Secret(String(value)) })
    const schema: StandardSchemaV1<unknown, Secret<string>> = { '~standard': { version: 1, vendor: 'test', validate } }
    const token = setting(schema, { reloadable: true })
    const env = { TOKEN: 'one' }
    const cfg = config({ token }, { env, files: [] })
    env.TOKEN = 'two'
    const next = reload(cfg)
    expect([next.changed, next.config.token.reveal(), cfg.token.reveal()]).toEqual([['token'], 'two', 'one'])
  })

  test('keeps the overrides (config/41)', () => {
    const env: Record<string, string> = { DB_PASSWORD: 'x' }
    const cfg = config(spec, { env, files: [], overrides: { timeout: '5s' } })
    env['TIMEOUT'] = '2s'
    expect(reload(cfg)).toMatchObject({ config: { timeout: 5_000 }, changed: [], ignored: [] })
  })

  test('with a problem keeps everything and reports (config/42)', () => {
    const env: Record<string, string> = { DB_PASSWORD: 'x' }
    const cfg = config(spec, { env, files: [] })
    env['TIMEOUT'] = '2s'
    env['DB_POOL'] = 'many'
    delete env['DB_PASSWORD']
    const result = reload(cfg)
    expect(result.config).toBe(cfg)
    expect([result.changed, result.ignored]).toEqual([[], []])
    expect(result.problems).toEqual([
      { variable: 'DB_POOL', message: 'expected an integer; found "many" in the environment' },
      { variable: 'DB_PASSWORD', message: 'required: text; looked for in the environment, DB_PASSWORD_FILE' },
    ])
    env['DB_POOL'] = '6'
    env['DB_PASSWORD'] = 'x'
    expect(reload(cfg).changed).toEqual(['timeout', 'db.pool'])
  })

  test('a file that is gone or broken is a problem, too (config/42)', () => {
    using directory = temporaryDirectory({ 'my.env': 'DB_PASSWORD=x' })
    const cfg = config(spec, { env: {}, directory: directory.path, files: ['my.env'] })
    directory.write('my.env', new Uint8Array([0xff]))
    expect(reload(cfg)).toMatchObject({
      config: cfg,
      problems: [{ variable: 'my.env', message: 'is not UTF-8 text' }, {}],
    })
  })

  test('a schema that has become asynchronous is still refused (config/42)', () => {
    let late = false
    const validate = (value: unknown) => (late ? Promise.resolve({ value }) : { value })
    const cfg = config(
      { a: { '~standard': { version: 1 as const, vendor: 'test', validate } } },
      { env: { A: '1' }, files: [] },
    )
    late = true
    expect(() => reload(cfg)).toThrow(ConfigError)
  })
})
