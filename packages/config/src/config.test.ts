import { describe, expect, test } from 'vitest'
import {
  config,
  ConfigError,
  group,
  integer,
  json,
  list,
  oneOf,
  optional,
  port,
  secret,
  setting,
  string,
  url,
  type Spec,
} from './index.ts'
import { errorOf, problemsOf } from './read-one.fixture.ts'

const files: readonly string[] = []

describe('names', () => {
  test.each([
    ['port', 'PORT'],
    ['httpAddr', 'HTTP_ADDR'],
    ['databaseURL', 'DATABASE_URL'],
    ['URLOfAPI', 'URL_OF_API'],
    ['oauth2Client', 'OAUTH2_CLIENT'],
    ['s3Bucket', 'S3_BUCKET'],
    ['http2', 'HTTP2'],
    ['log_level', 'LOG_LEVEL'],
    ['log-level', 'LOG_LEVEL'],
    ['LOG_LEVEL', 'LOG_LEVEL'],
  ])('%s reads %s (config/1)', (key, name) => {
    expect(config({ [key]: string() }, { env: { [name]: 'x' }, files })).toEqual({ [key]: 'x' })
    expect(config({ [key]: string() }, { env: { [`APP_${name}`]: 'x' }, files, prefix: 'APP_' })).toEqual({
      [key]: 'x',
    })
  })

  test('groups put their names before those of their members, and nest (config/1)', () => {
    const spec = { db: group({ url: string(), readReplica: group({ url: string() }) }) }
    const env = { APP_DB_URL: 'a', APP_DB_READ_REPLICA_URL: 'b' }
    expect(config(spec, { env, files, prefix: 'APP_' })).toEqual({ db: { url: 'a', readReplica: { url: 'b' } } })
  })

  test('env names a variable exactly, and the part that a group adds (config/1)', () => {
    const spec = {
      token: string({ env: 'GITHUB_TOKEN' }),
      db: group({ url: string(), ca: string({ env: 'PGSSLROOTCERT' }) }, { env: 'DATABASE' }),
    }
    const env = { GITHUB_TOKEN: 'a', APP_DATABASE_URL: 'b', PGSSLROOTCERT: 'c' }
    expect(config(spec, { env, files, prefix: 'APP_' })).toEqual({ token: 'a', db: { url: 'b', ca: 'c' } })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is a name like any other, as a key and as a variable (config/16)',
    (name) => {
      const spec: Spec = Object.fromEntries([[name, optional(string({ env: name }))]])
      const empty = config(spec, { env: {}, files })
      expect(Object.hasOwn(empty, name)).toBe(true)
      expect(Object.getPrototypeOf(empty)).toBe(Object.prototype)
      expect(Object.getOwnPropertyDescriptor(empty, name)?.value).toBe(undefined)
      const env = Object.fromEntries([[name, 'x']])
      expect(Object.getOwnPropertyDescriptor(config(spec, { env, files }), name)?.value).toBe('x')
      expect(Object.prototype).not.toHaveProperty('x')
    },
  )

  test('__proto__ inside JSON pollutes nothing (config/16)', () => {
    const env = { VALUE: '{"__proto__":{"polluted":true}}' }
    const cfg = config({ value: json() }, { env, files })
    expect('polluted' in {}).toBe(false)
    expect(JSON.stringify(cfg.value)).toBe('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(cfg.value)).toBe(Object.prototype)
  })
})

describe('the result', () => {
  test('is frozen at every depth (config/2)', () => {
    const spec = { tags: list(string()), db: group({ limits: json() }), key: secret(list(string())) }
    const cfg = config(spec, { env: { TAGS: 'a,b', DB_LIMITS: '{"a":[{"b":1}]}', KEY: 'x,y' }, files })
    const parts = [cfg, cfg.tags, cfg.db, cfg.db.limits, Object(cfg.db.limits).a, Object(cfg.db.limits).a[0]]
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true))
    expect([cfg.key, cfg.key.reveal()].map((part) => Object.isFrozen(part))).toEqual([true, true])
    expect(() => Object.assign(cfg, { tags: [] })).toThrow(TypeError)
  })

  test('leaves what was given as it was (config/2)', () => {
    const fallback = { a: [1] }
    const tags = ['a']
    const override = { b: [2] }
    const spec = {
      limits: json(undefined, { default: fallback }),
      tags: list(string(), { default: tags }),
      more: json(),
    }
    const options = { env: {}, files, overrides: { more: override } }
    const cfg = config(spec, options)
    expect([fallback, fallback.a, tags, override, override.b, spec, options, options.env].some(Object.isFrozen)).toBe(
      false,
    )
    expect(cfg).toEqual({ limits: { a: [1] }, tags: ['a'], more: { b: [2] } })
    expect(cfg.limits).not.toBe(fallback)
  })

  test('keeps what is not plain data as it is (config/2)', () => {
    const date = new Date(0)
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ value: { date } }) } }
    expect(config({ value: schema }, { env: { VALUE: 'x' }, files })).toEqual({ value: { date } })
    expect(Object.isFrozen(date)).toBe(false)
  })

  test('reads the same field twice under two names (config/1)', () => {
    const one = port()
    expect(config({ a: one, b: one, c: group({ d: one }) }, { env: { A: '1', B: '2', C_D: '3' }, files })).toEqual({
      a: 1,
      b: 2,
      c: { d: 3 },
    })
  })
})

describe('problems', () => {
  test('are told all at once, one line each, in the order of the specification (config/3)', () => {
    const spec = {
      port: port(),
      retries: integer({ min: 0 }),
      databaseUrl: secret(url({ protocols: ['postgres'] })),
      log: group({ level: oneOf(['debug', 'info']) }),
      fine: string({ default: 'x' }),
    }
    const error = errorOf(() =>
      config(spec, {
        prefix: 'APP_',
        env: { APP_PORT: '99999', APP_RETRIES: '1e3', APP_LOG_LEVEL: 'verbose' },
        files: [],
      }),
    )
    expect(error.code).toBe('ERR_CONFIG_INVALID')
    expect(error.name).toBe('ConfigError')
    expect(error.message.split('\n')).toEqual([
      'The configuration has 4 problems:',
      '  APP_PORT: expected a port from 0 to 65535; found "99999" in the environment',
      '  APP_RETRIES: expected an integer of at least 0; found "1e3" in the environment',
      '  APP_DATABASE_URL: required: URL (postgres); looked for in the environment, APP_DATABASE_URL_FILE',
      '  APP_LOG_LEVEL: expected one of debug, info; found "verbose" in the environment',
    ])
    expect(error.problems.map(({ variable }) => variable)).toEqual([
      'APP_PORT',
      'APP_RETRIES',
      'APP_DATABASE_URL',
      'APP_LOG_LEVEL',
    ])
  })

  test('name every place that was looked in (config/3)', () => {
    expect(problemsOf(() => config({ port: port() }, { env: {}, mode: 'staging', directory: '/nonexistent' }))).toEqual(
      [
        'PORT: required: port; looked for in the environment, PORT_FILE, .env.staging.local, .env.local, .env.staging, .env',
      ],
    )
  })

  test('stay on one line and short, whatever the value is (config/3)', () => {
    const value = `a\nb\u001B[31m${'x'.repeat(10_000)}`
    const [problem = ''] = problemsOf(() => config({ port: port() }, { env: { PORT: value }, files }))
    expect(problem).toMatch(/^PORT: [ -~…]{1,200}$/)
  })

  test('stay on one line and short, whatever a schema says (config/3)', () => {
    const issues = [
      { message: `one\ntwo\u001B[31m ${'x'.repeat(10_000)}`, path: ['a', { key: 'b' }] },
      { message: 'three' },
    ]
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ issues }) } }
    const [problem = ''] = problemsOf(() => config({ value: schema }, { env: { VALUE: 'x' }, files }))
    expect(problem).toMatch(/^VALUE: at a\.b: one two \[31m x{1,300}…; three; found "x" in the environment$/)
  })

  test('stay short, however many issues a value has (config/3)', () => {
    expect(problemsOf(() => config({ a: list(integer()) }, { env: { A: ','.repeat(1_000_000) }, files: [] }))).toEqual([
      expect.stringMatching(
        /^A: at 0: expected no empty item; .{0,400}; and 999996 more; found ",+…" in the environment$/,
      ),
    ])
  })

  test('an override that has no text is a problem, not a crash (config/3)', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    const never = {
      '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ issues: [{ message: 'no' }] }) },
    }
    const spec = { a: never, b: never, c: never }
    const overrides = { a: loop, b: { n: 1n }, c: Symbol('s') }
    expect(problemsOf(() => config(spec, { env: {}, files, overrides }))).toEqual([
      'A: no; found "object" in the overrides',
      'B: no; found "object" in the overrides',
      'C: no; found "Symbol(s)" in the overrides',
    ])
  })

  test('a schema that throws is a problem, not a crash (config/3)', () => {
    const validate = () => {
      throw new Error('boom')
    }
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } }
    expect(problemsOf(() => config({ value: schema }, { env: { VALUE: 'x' }, files }))).toEqual([
      'VALUE: its schema threw boom; found "x" in the environment',
    ])
  })

  test('a missing variable names the near miss that is set, and a forgotten prefix (config/4)', () => {
    const spec = { databaseUrl: string(), port: port() }
    const env = { APP_DATABSE_URL: 'a', PORT: '80', PATH: '/bin' }
    expect(problemsOf(() => config(spec, { env, files, prefix: 'APP_', unknown: 'ignore' }))).toEqual([
      'APP_DATABASE_URL: required: text; looked for in the environment, APP_DATABASE_URL_FILE; APP_DATABSE_URL is set: did you mean APP_DATABASE_URL?',
      'APP_PORT: required: port; looked for in the environment, APP_PORT_FILE; PORT is set: did you mean APP_PORT?',
    ])
  })

  test('what is not near is not suggested, nor is a variable that something else reads (config/4)', () => {
    const problems = problemsOf(() =>
      config({ port: port(), part: string() }, { env: { PATH: '/bin', PART: 'x' }, files }),
    )
    expect(problems).toEqual(['PORT: required: port; looked for in the environment, PORT_FILE'])
  })

  test('a wrong word names the near one (config/4)', () => {
    expect(problemsOf(() => config({ level: oneOf(['debug', 'info']) }, { env: { LEVEL: 'DEBUG' }, files }))).toEqual([
      'LEVEL: expected one of debug, info; found "DEBUG" in the environment; did you mean "debug"?',
    ])
  })

  test('defaults are validated, whether they are used or not (config/29)', () => {
    const spec = {
      port: port({ default: 99_999 }),
      level: oneOf(['a', 'b'], { default: 'a' }),
      tags: list(port(), { default: [0, -1] }),
    }
    const expected = [
      'PORT: expected a port from 0 to 65535; found "99999" as its default',
      'TAGS: at 1: expected a port from 0 to 65535; found "0,-1" as its default',
    ]
    expect(problemsOf(() => config(spec, { env: {}, files }))).toEqual(expected)
    expect(problemsOf(() => config(spec, { env: { PORT: '80', TAGS: '1' }, files }))).toEqual(expected)
    expect(problemsOf(() => config(spec, { env: { PORT: 'x', TAGS: '1' }, files }))).toEqual([
      expected[0],
      'PORT: expected a port from 0 to 65535; found "x" in the environment',
      expected[1],
    ])
  })
})

describe('asynchronous schemas', () => {
  const answers = {
    resolved: () => Promise.resolve({ value: 1 }),
    rejected: () => Promise.reject(new Error('late')),
  }
  const wrappers = {
    plain: (schema: ReturnType<typeof asynchronous>) => schema,
    setting: (schema: ReturnType<typeof asynchronous>) => setting(schema, { description: 'x' }),
    secret: (schema: ReturnType<typeof asynchronous>) => secret(schema),
    optional: (schema: ReturnType<typeof asynchronous>) => optional(schema),
    list: (schema: ReturnType<typeof asynchronous>) => list(schema),
    json: (schema: ReturnType<typeof asynchronous>) => json(schema),
  }

  test.each(
    Object.keys(wrappers).flatMap((wrapper) => Object.keys(answers).map((answer) => [wrapper, answer] as const)),
  )('%s of one that is %s is ERR_CONFIG_ASYNC, without an unhandled rejection (config/6)', async (wrapper, answer) => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const schema = wrappers[wrapper as keyof typeof wrappers](asynchronous(answers[answer as keyof typeof answers]))
    const error = errorOf(() => config({ value: schema }, { env: { VALUE: '1' }, files }))
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', listen)
    expect(error.code).toBe('ERR_CONFIG_ASYNC')
    expect(error.message).toMatch(/^VALUE: /)
    expect(unhandled).toEqual([])
  })

  function asynchronous(validate: () => Promise<{ value: number }>) {
    return { '~standard': { version: 1 as const, vendor: 'test', validate } }
  }
})

describe('misuse', () => {
  test.each([
    ['a plain value', { port: 8080 }, /port is not a schema: write string\(\)/],
    ['null', { port: null }, /port is not a schema/],
    ['a nested object', { db: { url: string() } }, /db is not a schema: .* group\(\{/],
    ['a name that is no name', { 'a b=c': string() }, /"A_B=C", which is not the name of a variable: name it with env/],
    ['a name with a digit first', { '2fa': string() }, /"2FA", which is not the name/],
    [
      'two keys of one variable',
      { dbUrl: string(), db: group({ url: string() }) },
      /dbUrl and db\.url both read DB_URL/,
    ],
    ['a variable and the file of another', { key: string(), keyFile: string() }, /key and keyFile both read KEY_FILE/],
  ])('%s in the specification is ERR_CONFIG_SPEC (config/44)', (_, spec, message) => {
    // @ts-expect-error what JavaScript callers can still write
    const error = errorOf(() => config(spec, { env: {}, files }))
    expect(error.code).toBe('ERR_CONFIG_SPEC')
    expect(error.message).toMatch(message)
  })

  test.each([
    ['prefix', { prefix: 'APP-' }, /prefix must be letters, digits and underscores, such as 'APP_', not "APP-"/],
    ['mode', { mode: '../x', files: undefined }, /the mode is part of the name of a file: "\.\.\/x" cannot be/],
    ['unknown', { unknown: 'explode' }, /unknown is 'ignore', 'warn' or 'error', not "explode"/],
    [
      'overrides',
      { overrides: { prot: 1 } },
      /overrides has prot, which is not in the specification\. Did you mean port\?/,
    ],
    ['overrides', { overrides: { __proto: 1 } }, /overrides has __proto, which is not/],
    ['overrides', { overrides: { constructor: 1 } }, /overrides has constructor, which is not/],
    [
      'overrides',
      { overrides: { db: { ulr: 1 } } },
      /overrides has db\.ulr, which is not in the specification\. Did you mean url/,
    ],
    ['overrides', { overrides: { db: 'x' } }, /overrides has db, a group, but no object/],
  ])('a mistaken %s is ERR_CONFIG_OPTION (config/44)', (_, options, message) => {
    const spec = { port: port({ default: 1 }), db: group({ url: string({ default: 'x' }) }) }
    // @ts-expect-error what JavaScript callers can still write
    const error = errorOf(() => config(spec, { env: {}, files, ...options }))
    expect(error.code).toBe('ERR_CONFIG_OPTION')
    expect(error.message).toMatch(message)
  })

  test.each([
    ['an empty oneOf', () => oneOf([])],
    ['a oneOf with a word twice', () => oneOf(['a', 'a'])],
    ['a oneOf with an empty word', () => oneOf(['a', ''])],
    ['an integer with min above max', () => integer({ min: 2, max: 1 })],
    ['an integer with min NaN', () => integer({ min: Number.NaN })],
    ['a string with a negative length', () => string({ minLength: -1 })],
    ['a string with minLength above maxLength', () => string({ minLength: 2, maxLength: 1 })],
    ['a list without a separator', () => list(string(), { separator: '' })],
    ['a url with a protocol that has a colon', () => url({ protocols: ['https:'] })],
    ['an optional with a default', () => optional(string({ default: 'x' }))],
    ['a secret of an optional', () => secret(optional(string()))],
  ])('%s is ERR_CONFIG_SPEC where it is written (config/44)', (_, make) => {
    const error = errorOf(make)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.code).toBe('ERR_CONFIG_SPEC')
  })
})
