import { describe, expect, test } from 'vitest'
import {
  address,
  boolean,
  bytes,
  duration,
  integer,
  json,
  list,
  number,
  oneOf,
  optional,
  port,
  secret,
  setting,
  string,
  url,
} from './index.ts'
import { problemsOf, readOne } from './read-one.fixture.ts'

type Schema = Parameters<typeof readOne>[0]

/** One field with the texts it reads and the texts it refuses. */
interface Case {
  readonly field: Schema
  readonly promise: number
  readonly reads: readonly (readonly [text: string, value: unknown])[]
  readonly refuses: readonly string[]
  readonly message: string
}

const cases: Readonly<Record<string, Case>> = {
  'string()': {
    field: string(),
    promise: 17,
    reads: [
      ['x', 'x'],
      [' x ', ' x '],
      ['a\nb', 'a\nb'],
      ['0', '0'],
      ['undefined', 'undefined'],
      ['🚢', '🚢'],
    ],
    refuses: [],
    message: '',
  },
  'string({ minLength, maxLength })': {
    field: string({ minLength: 2, maxLength: 3 }),
    promise: 17,
    reads: [
      ['ab', 'ab'],
      ['abc', 'abc'],
    ],
    refuses: ['a', 'abcd'],
    message: 'expected text of 2 to 3 characters',
  },
  'string({ pattern })': {
    field: string({ pattern: /^[a-z]+$/g }),
    promise: 17,
    reads: [
      ['ab', 'ab'],
      ['cd', 'cd'],
    ],
    refuses: ['aB', 'a b', 'a\n'],
    message: 'expected text that matches /^[a-z]+$/',
  },
  'integer()': {
    field: integer(),
    promise: 18,
    reads: [
      ['0', 0],
      ['42', 42],
      ['-7', -7],
      ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ],
    refuses: [
      '10abc',
      '0x10',
      '1e3',
      ' 8080 ',
      '1.0',
      '1.5',
      '+1',
      '-0',
      '007',
      '1_000',
      '1,000',
      '9007199254740992',
      'NaN',
      'Infinity',
      '٣',
      '1n',
      '1\n',
      '--1',
      'true',
    ],
    message: 'expected an integer',
  },
  'integer({ min, max })': {
    field: integer({ min: 0, max: 5 }),
    promise: 18,
    reads: [
      ['0', 0],
      ['5', 5],
    ],
    refuses: ['-1', '6'],
    message: 'expected an integer from 0 to 5',
  },
  'number()': {
    field: number(),
    promise: 18,
    reads: [
      ['0', 0],
      ['0.5', 0.5],
      ['-1.25', -1.25],
      ['1e3', 1000],
      ['2.5E-2', 0.025],
    ],
    refuses: [
      '10abc',
      '0x10',
      ' 1',
      '1 ',
      '.5',
      '5.',
      '+1',
      '01',
      '1e',
      '1e999',
      '-1e999',
      'NaN',
      'Infinity',
      '1,5',
      '1_0',
    ],
    message: 'expected a number',
  },
  'number({ min })': {
    field: number({ min: 0.5 }),
    promise: 18,
    reads: [['0.5', 0.5]],
    refuses: ['0.4'],
    message: 'expected a number of at least 0.5',
  },
  'number({ max })': {
    field: number({ max: 1 }),
    promise: 18,
    reads: [['-5', -5]],
    refuses: ['1.1'],
    message: 'expected a number of at most 1',
  },
  'boolean()': {
    field: boolean(),
    promise: 19,
    reads: [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ],
    refuses: ['tru', 'TRUE', 'True', 'yes', 'no', 'on', 'off', 'y', '2', '00', ' true', 'null'],
    message: 'expected true or false (or 1 or 0)',
  },
  'port()': {
    field: port(),
    promise: 20,
    reads: [
      ['0', 0],
      ['80', 80],
      ['65535', 65_535],
    ],
    refuses: [' 8080 ', '65536', '99999', '-1', '80a', '0x50', '8e1', '080', '80.0', ':80', '100000'],
    message: 'expected a port from 0 to 65535',
  },
  'url()': {
    field: url(),
    promise: 21,
    reads: [
      ['https://example.com', 'https://example.com'],
      ['HTTPS://Example.com/%7Ea?b#c', 'HTTPS://Example.com/%7Ea?b#c'],
      ['postgres://u:p%40@db:5432/app?sslmode=require', 'postgres://u:p%40@db:5432/app?sslmode=require'],
      ['http://[::1]:8080/', 'http://[::1]:8080/'],
      ['mailto:a@b.c', 'mailto:a@b.c'],
    ],
    refuses: [
      'example.com',
      '/path',
      '//host',
      'http://',
      'http://a b',
      ' http://a',
      'http://a\n',
      'ht\ttp://a',
      'http://a:99999',
      'http//a',
    ],
    message: 'expected an absolute URL',
  },
  'url({ protocols })': {
    field: url({ protocols: ['https', 'wss'] }),
    promise: 21,
    reads: [
      ['https://a', 'https://a'],
      ['wss://a', 'wss://a'],
    ],
    refuses: ['http://a', 'javascript:alert(1)', 'file:///etc/passwd'],
    message: 'expected an absolute URL (https, wss)',
  },
  'address()': {
    field: address(),
    promise: 22,
    reads: [
      ':8080',
      ':0',
      '127.0.0.1:0',
      '[::1]:8080',
      '[fe80::1%eth0]:80',
      'localhost:80',
      'my-db.internal:5432',
      'my_service:80',
      'unix:/run/app.sock',
      'unix:./app.sock',
    ].map((text) => [text, text] as const),
    refuses: [
      '8080',
      ':99999',
      ':65536',
      ':-1',
      ':08080',
      ': 80',
      ' :80',
      ':80 ',
      ':',
      'host',
      'host:',
      'host:http',
      '::1:80',
      '[::1]',
      '[1.2.3.4]:80',
      '[nope]:80',
      '256.1.1.1:80',
      '1.2.3:80',
      'a b:80',
      '-a:80',
      'a..b:80',
      'http://a:80',
      'unix:',
      'unix:/a b',
      `${'a'.repeat(64)}:80`,
      '*:80',
    ],
    message: 'expected an address such as ":8080", "127.0.0.1:8080", "[::1]:8080" or "unix:/run/app.sock"',
  },
  'duration()': {
    field: duration(),
    promise: 23,
    reads: [
      ['1h30m', 5_400_000],
      ['250ms', 250],
      ['30s', 30_000],
      ['1.5s', 1_500],
      ['0s', 0],
      ['1d', 86_400_000],
    ],
    refuses: ['10', '10 apples', '10abc', '1e3', ' 5s', '-1s', '1.5.2s', '5 s', '1H', '30m1h'],
    message: 'expected a duration with a unit, such as "1h30m", "30s" or "250ms"',
  },
  'duration({ min, max })': {
    field: duration({ min: '1s', max: 60_000 }),
    promise: 23,
    reads: [
      ['1s', 1_000],
      ['1m', 60_000],
    ],
    refuses: ['999ms', '61s'],
    message: 'expected a duration with a unit, such as "1h30m", "30s" or "250ms" from 1s to 60000ms',
  },
  'bytes()': {
    field: bytes(),
    promise: 24,
    reads: [
      ['1MiB', 1_048_576],
      ['1MB', 1_000_000],
      ['1KiB', 1_024],
      ['1kB', 1_000],
      ['1.5GiB', 1_610_612_736],
      ['0B', 0],
    ],
    refuses: ['10', '10 apples', '1KB', '1mb', '1M', '-1B', '0.5B', ' 1B', '1e3B', '0x10B'],
    message: 'expected a size with a unit, such as "512B", "64KiB" or "1MB"',
  },
  'bytes({ min })': {
    field: bytes({ min: 1 }),
    promise: 24,
    reads: [['1B', 1]],
    refuses: ['0B'],
    message: 'expected a size with a unit, such as "512B", "64KiB" or "1MB" of at least 1B',
  },
  'bytes({ max })': {
    field: bytes({ max: '1kB' }),
    promise: 24,
    reads: [['1kB', 1000]],
    refuses: ['1001B'],
    message: 'expected a size with a unit, such as "512B", "64KiB" or "1MB" of at most 1kB',
  },
  'oneOf()': {
    field: oneOf(['debug', 'info', '__proto__']),
    promise: 25,
    reads: [
      ['debug', 'debug'],
      ['__proto__', '__proto__'],
    ],
    refuses: ['trace', ' debug', 'debug ', 'debug,info', 'constructor', 'toString', '0'],
    message: 'expected one of debug, info, __proto__',
  },
  'list()': {
    field: list(port()),
    promise: 26,
    reads: [
      ['80', [80]],
      ['80,443', [80, 443]],
      [' 80 , 443 ', [80, 443]],
    ],
    refuses: [],
    message: '',
  },
  'list({ separator })': {
    field: list(string(), { separator: ';' }),
    promise: 26,
    reads: [['a,b;c', ['a,b', 'c']]],
    refuses: [],
    message: '',
  },
  'json()': {
    field: json(),
    promise: 27,
    reads: [
      ['{"a":[1,null]}', { a: [1, null] }],
      ['"x"', 'x'],
      ['null', null],
      [' 1 ', 1],
    ],
    refuses: [],
    message: '',
  },
  'json(schema)': {
    field: json(list(port())),
    promise: 27,
    reads: [['[80,"443"]', [80, 443]]],
    refuses: [],
    message: '',
  },
  'optional()': {
    field: optional(port()),
    promise: 28,
    reads: [['80', 80]],
    refuses: ['x'],
    message: 'expected a port from 0 to 65535',
  },
  'setting()': {
    field: setting(port(), { description: 'x' }),
    promise: 32,
    reads: [['80', 80]],
    refuses: ['x'],
    message: 'expected a port from 0 to 65535',
  },
}

for (const [name, { field, promise, reads, refuses, message }] of Object.entries(cases)) {
  describe(`the field ${name}`, () => {
    for (const [text, value] of reads) {
      test(`reads ${JSON.stringify(text)} (config/${promise})`, () => {
        expect(readOne(field, text)).toEqual(value)
      })
    }

    for (const text of refuses) {
      test(`refuses ${JSON.stringify(text)} (config/${promise})`, () => {
        expect(problemsOf(() => readOne(field, text))).toEqual([expect.stringContaining(`VALUE: ${message}; found `)])
      })
    }

    test('is a Standard Schema (config/30)', () => {
      const standard = field['~standard']
      expect([standard.version, standard.vendor]).toEqual([1, 'seaworthy'])
      for (const [text, value] of reads) expect(standard.validate(text)).toEqual({ value })
      for (const text of refuses) expect(standard.validate(text)).toEqual({ issues: [{ message }] })
      for (const value of [null, Symbol('s'), () => 1, 1n]) {
        expect(() => standard.validate(value)).not.toThrow()
      }
    })
  })
}

describe('list', () => {
  test.each([
    ['a,,b', 'at 1: expected no empty item'],
    ['a,', 'at 1: expected no empty item'],
    [',', 'at 0: expected no empty item; at 1: expected no empty item'],
    ['abc', 'at 0: expected text of 0 to 2 characters'],
  ])('%j says which item is wrong (config/26)', (text, message) => {
    expect(problemsOf(() => readOne(list(string({ maxLength: 2 })), text))).toEqual([
      `VALUE: ${message}; found ${JSON.stringify(text)} in the environment`,
    ])
  })

  test('its default is a list of code, and may be empty (config/26)', () => {
    expect(readOne(list(duration(), { default: ['1s', 5] }), undefined)).toEqual([1000, 5])
    expect(readOne(list(port(), { default: [] }), '')).toEqual([])
  })
})

describe('json', () => {
  test.each(['{', "{'a':1}", 'undefined', '{"a":1}x', '{"a":"canary'])(
    '%j is refused and never quoted (config/27)',
    (text) => {
      expect(problemsOf(() => readOne(json(), text))).toEqual([
        'VALUE: expected JSON; found a value in the environment',
      ])
    },
  )

  test('its default is a value of code (config/27)', () => {
    expect(readOne(json(undefined, { default: { a: 1 } }), undefined)).toEqual({ a: 1 })
  })

  test('JSON that is nested without end is a problem or a value, never a crash (config/45)', () => {
    const text = '['.repeat(200_000) + ']'.repeat(200_000)
    expect(problemsOf(() => readOne(json(), text)).length).toBe(1)
  })
})

describe('defaults', () => {
  test.each([
    ['string', string({ default: 'x' }), 'x'],
    ['number', number({ default: 0.5 }), 0.5],
    ['integer', integer({ default: 0 }), 0],
    ['boolean', boolean({ default: false }), false],
    ['port', port({ default: 0 }), 0],
    ['url', url({ default: 'https://a' }), 'https://a'],
    ['address', address({ default: ':80' }), ':80'],
    ['duration', duration({ default: '10s' }), 10_000],
    ['duration', duration({ default: 10 }), 10],
    ['bytes', bytes({ default: '1KiB' }), 1_024],
    ['bytes', bytes({ default: 10 }), 10],
    ['oneOf', oneOf(['a', 'b'], { default: 'b' }), 'b'],
    ['setting', setting(port(), { default: 80 }), 80],
    ['setting of a default', setting(port({ default: 80 }), {}), 80],
    ['optional', optional(port()), undefined],
  ])('%s (config/29)', (_, field, value) => {
    expect(readOne(field, undefined)).toEqual(value)
    expect(readOne(field, '')).toEqual(value)
    expect(field['~standard'].validate(undefined)).toEqual({ value })
  })

  test('of a secret (config/29)', () => {
    const fields = [secret(string(), { default: 'dev' }), secret(string({ default: 'dev' }))]
    expect(fields.map((field) => String(JSON.stringify(readOne(field, undefined))))).toEqual([
      '"[redacted]"',
      '"[redacted]"',
    ])
    expect(
      fields
        .map((field) => field['~standard'].validate(undefined))
        .map((result) => 'value' in result && result.value.reveal()),
    ).toEqual(['dev', 'dev'])
  })

  test('without one a variable is required (config/3)', () => {
    const fields = {
      string: string(),
      port: port(),
      list: list(string()),
      json: json(),
      secret: secret(string()),
      setting: setting(port(), {}),
    }
    for (const field of Object.values(fields)) {
      expect(problemsOf(() => readOne(field, undefined))).toEqual([expect.stringContaining('VALUE: required: ')])
      expect(field['~standard'].validate(undefined)).toEqual({ issues: [{ message: 'required' }] })
    }
  })
})

describe('values of code', () => {
  test.each([
    ['port', port(), 80, 80],
    ['boolean', boolean(), true, true],
    ['duration', duration(), 5, 5],
    ['bytes', bytes(), 5, 5],
    ['list', list(port()), [80, '81'], [80, 81]],
    ['json', json(), { a: 1 }, { a: 1 }],
  ])('are validated like text: %s (config/30)', (_, field, given, value) => {
    expect(field['~standard'].validate(given)).toEqual({ value })
  })

  test.each([
    ['port', port(), 1.5],
    ['port', port(), Number.NaN],
    ['port', port(), true],
    ['integer', integer(), 2 ** 53],
    ['number', number(), Infinity],
    ['boolean', boolean(), 1],
    ['string', string(), 1],
    ['duration', duration(), -1],
    ['bytes', bytes(), 0.5],
    ['oneOf', oneOf(['1']), 1],
    ['url', url(), new URL('https://a')],
    ['list', list(port()), { 0: 80 }],
  ])('that are wrong are refused: %s (config/30)', (_, field, given) => {
    expect(field['~standard'].validate(given)).toHaveProperty('issues')
  })
})
