import { describe, expect, test } from 'vitest'
import { fileLogger } from './file-logger.fixture.ts'
import { createLogger, defaultRedact, hiddenNames, type LoggerOptions } from './index.ts'
import { memoryOutput } from './testing.ts'

const canary = 'canary-5f3a'

/** What the fields of a line become. */
function shown(fields: Record<string, unknown>, redact?: LoggerOptions['redact']): unknown {
  const output = memoryOutput()
  createLogger({ outputs: [output], ...(redact === undefined ? {} : { redact }) }).info('m', fields)
  return output.records[0]?.fields
}

/** Whether a name hides its value. */
const isHidden = (name: string, redact?: LoggerOptions['redact']): boolean =>
  JSON.stringify(shown({ [name]: canary }, redact)) === JSON.stringify({ [name]: '[redacted]' })

describe('by default', () => {
  test('names of credentials hide their values in any spelling (log/38)', () => {
    for (const name of defaultRedact) expect([name, isHidden(name)]).toEqual([name, true])
    const spellings = [
      ...['password', 'Password', 'PASSWORD', 'dbPassword', 'db_password', 'DB-PASSWORD', 'user.password'],
      ...['accessToken', 'access-token', 'ACCESS_TOKEN', 'accesstoken', 'x-access-token', 'XAccessToken', 'csrfToken'],
      ...[
        'Authorization',
        'proxy-authorization',
        'http.request.header.authorization',
        'cookie',
        'set-cookie',
        'setCookie',
      ],
      ...['api_key', 'apiKey', 'APIKey', 'apikey', 'x-api-key', 'STRIPE_API_KEY', 'clientSecret', 'privateKey'],
      ...[
        'secretKey',
        'STRIPE_SECRET_KEY',
        'signingKey',
        'encryption_key',
        'apiKeys',
        'credential',
        'pass',
        'smtpPass',
      ],
    ]
    for (const name of spellings) expect([name, isHidden(name)]).toEqual([name, true])
  })

  test('other names show theirs (log/38)', () => {
    for (const name of [
      'tokens',
      'total_tokens',
      'tokenizer',
      'passwordless',
      'cookieless',
      'key',
      'author',
      'user',
      'passed',
      'bypass',
    ]) {
      expect([name, isHidden(name)]).toEqual([name, false])
    }
  })

  test('values are hidden wherever they stand, in every format and output (log/38)', () => {
    class HttpError extends Error {
      readonly config = { headers: { Authorization: canary }, list: [{ token: canary }] }
    }
    const hidden = {
      password: canary,
      request: { headers: new Headers({ authorization: `Bearer ${canary}`, 'set-cookie': canary }) },
      list: [[{ apiKey: canary }]],
      map: new Map([['refresh_token', canary]]),
      form: new URLSearchParams({ password: canary }),
      toJSON: { toJSON: () => ({ secret: canary }) },
      cause: new Error('x', { cause: new HttpError('y') }),
    }
    for (const format of ['json', 'text', 'terminal'] as const) {
      using file = fileLogger({ format })
      file.logger.with({ cookie: canary }).error(new HttpError('broken'), 'm', hidden)
      const text = file.text()
      expect(text).not.toContain(canary)
      expect(text.split('[redacted]').length - 1).toBe(12)
    }
    expect(JSON.stringify(shown(hidden))).not.toContain(canary)
    // The control: under names that say nothing the same values are there.
    expect(JSON.stringify(shown({ list: [{ value: canary }] }))).toContain(canary)
  })

  test('names hide what follows them in lists of pairs and of headers (log/38)', () => {
    const headers = new Headers({ authorization: canary, 'x-api-key': canary, accept: '*/*' })
    const lists = {
      headers: [...headers],
      body: { entries: Object.entries({ password: canary, name: 'n' }) },
      rawHeaders: ['Host', 'a', 'Authorization', canary, 'Cookie', canary, 'Cookie', canary],
      missing: ['password', 'email'],
    }
    expect(shown(lists)).toEqual({
      headers: [
        ['accept', '*/*'],
        ['authorization', '[redacted]'],
        ['x-api-key', '[redacted]'],
      ],
      body: {
        entries: [
          ['password', '[redacted]'],
          ['name', 'n'],
        ],
      },
      rawHeaders: ['Host', 'a', 'Authorization', '[redacted]', 'Cookie', '[redacted]', 'Cookie', '[redacted]'],
      missing: ['password', 'email'],
    })
    expect(JSON.stringify(shown(lists, false))).toContain(canary)
  })

  test('URLs hide credentials and secret parameters (log/38)', () => {
    const url = new URL(`https://user:${canary}@a.test/b?c=d&token=${canary}&code=${canary}&token=${canary}#e`)
    expect(shown({ url, list: [new URL('https://a.test/b?c=%20d')] })).toEqual({
      url: 'https://user:REDACTED@a.test/b?c=d&token=REDACTED&code=REDACTED#e',
      list: ['https://a.test/b?c=%20d'],
    })
  })

  test('paths and names reach into what was thrown (log/38) (log/39)', () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output], redact: ['error.config.url'] })
    logger.error(Object.assign(new Error('e'), { config: { url: canary, token: canary, method: 'GET' } }))
    expect(output.records[0]?.error).toMatchObject({
      config: { url: '[redacted]', token: '[redacted]', method: 'GET' },
    })
  })
})

describe('options', () => {
  test('hide more names, at any depth (log/39)', () => {
    expect(shown({ email: canary, a: [{ userEmail: canary }] }, ['email'])).toEqual({
      email: '[redacted]',
      a: [{ userEmail: '[redacted]' }],
    })
    expect(isHidden('password', ['email'])).toBe(true)
  })

  test('hide paths, through arrays and any name (log/39)', () => {
    const fields = {
      user: { email: 1, name: 2 },
      email: 3,
      items: [{ code: 4, id: 5 }, { code: 6 }],
      deep: { a: { x: 7, y: 8 }, b: { x: 9 } },
    }
    const rest = { email: 3, deep: { a: { x: '[redacted]', y: 8 }, b: { x: '[redacted]' } } }
    for (const items of ['items.code', 'items[*].code']) {
      expect(shown(fields, ['user.email', items, 'deep.*.x'])).toEqual({
        user: { email: '[redacted]', name: 2 },
        items: [{ code: '[redacted]', id: 5 }, { code: '[redacted]' }],
        ...rest,
      })
    }
    expect(shown({ user: { homeAddress: 1 } }, ['user.home_address'])).toEqual({ user: { homeAddress: '[redacted]' } })
    expect(shown({ a: { b: 1 }, c: 2 }, ['*.b'])).toEqual({ a: { b: '[redacted]' }, c: 2 })
    expect(shown({ user: new Map([['email', 1]]) }, ['user.email'])).toEqual({ user: { email: '[redacted]' } })
  })

  test('hide paths in JSON lines, also of children (log/39)', () => {
    using file = fileLogger({ redact: ['user.email', 'plan'], fields: { plan: 'gold' } })
    file.logger.with({ user: { email: canary, id: 1 } }).info('m', { user: { email: canary, id: 2 } })
    file.logger.with({ user: { email: canary, id: 1 } }).info('m')
    expect(file.lines()).toMatchObject([
      { user: { email: '[redacted]', id: 2 }, plan: '[redacted]' },
      { user: { email: '[redacted]', id: 1 } },
    ])
  })

  test('show a single name (log/39)', () => {
    const fields = { next_token: 'n', nextToken: 'n', token: 't' }
    expect(shown(fields, ['!next_token'])).toEqual({ next_token: 'n', nextToken: 'n', token: '[redacted]' })
  })

  test('turn hiding by name off (log/39)', () => {
    expect(shown({ password: 'p' }, false)).toEqual({ password: 'p' })
  })

  test('that cannot be meant are refused (log/66)', () => {
    for (const entry of ['', '!', 'a..b', '.a', 'a.', 'a[0]', 'a*', '!a.b', '-']) {
      expect(() => createLogger({ redact: [entry] })).toThrow(expect.objectContaining({ code: 'ERR_LOG_REDACT' }))
    }
  })
})

const secretMark: unique symbol = Symbol.for('seaworthy.secret')

describe('a Secret', () => {
  class Secret {
    readonly value = canary
    readonly [secretMark] = true
    reveal(): string {
      return this.value
    }
  }

  test('is never shown (log/40)', () => {
    const secret = new Secret()
    const fields = {
      databaseUrl: secret,
      list: [secret],
      map: new Map([['a', secret]]),
      json: { toJSON: () => secret },
    }
    for (const redact of [[], false, ['!database_url']] as const) {
      expect(shown(fields, redact)).toEqual({
        databaseUrl: '[redacted]',
        list: ['[redacted]'],
        map: { a: '[redacted]' },
        json: '[redacted]',
      })
    }
    using file = fileLogger({ redact: false })
    file.logger.error(new Error('x', { cause: secret }), 'm', { secret })
    file.logger.error(secret)
    file.logger.info('fields', secret as never)
    file.logger.with(secret as never).info('child')
    file.logger.info(secret as never)
    expect(file.text()).not.toContain(canary)
  })
})

describe('hiddenNames', () => {
  test('tells which names hide their values, by the rules of a logger (log/38) (log/39)', () => {
    const names = ['password', 'accessToken', 'total_tokens', 'email', 'next_token', 'user']
    for (const redact of [[], ['email', '!next_token']]) {
      const hides = hiddenNames(redact)
      expect(names.map(hides)).toEqual(names.map((name) => isHidden(name, redact)))
    }
    expect(hiddenNames()('user')).toBe(false)
    expect(() => hiddenNames([''])).toThrow(expect.objectContaining({ code: 'ERR_LOG_REDACT' }))
  })
})
