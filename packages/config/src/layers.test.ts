import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { config, explain, group, optional, port, secret, string } from './index.ts'
import { problemsOf } from './read-one.fixture.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

describe('the order of the sources', () => {
  const sources = [
    { source: 'override', from: undefined },
    { source: 'environment', from: undefined },
    { source: 'file', from: 'VALUE_FILE' },
    { source: 'dotenv', from: '.env.staging.local' },
    { source: 'dotenv', from: '.env.local' },
    { source: 'dotenv', from: '.env.staging' },
    { source: 'dotenv', from: '.env' },
    { source: 'default', from: undefined },
  ]

  test.each(sources.map((winner, index) => [index, winner.from ?? winner.source] as const))(
    'without the %d sources above it, %s wins (config/7)',
    (first) => {
      using directory = temporaryDirectory({ secret: 'value 2\n' })
      for (const [index, { source, from = '' }] of sources.entries()) {
        if (index >= first && source === 'dotenv') directory.write(from, `VALUE='value ${index}'\n`)
      }
      const cfg = config(
        { value: string({ default: 'value 7' }) },
        {
          directory: directory.path,
          mode: 'staging',
          ...(first === 0 && { overrides: { value: 'value 0' } }),
          env: first <= 1 ? { VALUE: 'value 1' } : first === 2 ? { VALUE_FILE: 'secret' } : {},
        },
      )
      expect(cfg).toEqual({ value: `value ${first}` })
      const [{ source, from } = { source: '', from: '' }] = explain(cfg)
      expect({ source, from }).toEqual(sources[first])
    },
  )

  test('each variable is looked for by itself (config/7)', () => {
    using directory = temporaryDirectory({ '.env': 'A=1\nB=1\nC=1\n', '.env.local': 'A=2\nB=2\n' })
    const spec = { a: string(), b: string(), c: string() }
    expect(config(spec, { env: { A: '3' }, directory: directory.path })).toEqual({ a: '3', b: '2', c: '1' })
  })

  test('the mode is NODE_ENV, or production (config/7)', () => {
    using directory = temporaryDirectory({ '.env.production': 'A=production', '.env.test': 'A=test', '.env.x': 'A=x' })
    const read = (env: Record<string, string>, mode?: string) =>
      config({ a: string() }, { env, directory: directory.path, ...(mode !== undefined && { mode }) }).a
    expect([read({}), read({ NODE_ENV: '' }), read({ NODE_ENV: 'test' }), read({ NODE_ENV: 'test' }, 'x')]).toEqual([
      'production',
      'production',
      'test',
      'x',
    ])
  })

  test('overrides reach into groups, as text or as values (config/7)', () => {
    const spec = { db: group({ port: port(), name: string() }) }
    const overrides = { db: { port: 5432, name: 'orders' } }
    expect(config(spec, { env: { DB_PORT: '1', DB_NAME: 'x' }, files: [], overrides })).toEqual({ db: overrides.db })
    expect(config(spec, { env: { DB_NAME: 'x' }, files: [], overrides: { db: { port: '5432' } } })).toEqual({
      db: { port: 5432, name: 'x' },
    })
  })
})

describe('NAME_FILE', () => {
  test.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    ['\nhunter2', '\nhunter2'],
    [' hunter2 ', ' hunter2 '],
    ['a\nb\n', 'a\nb'],
    ['\uFEFFhunter2', 'hunter2'],
  ])('%j is read as %j: one newline at the end is dropped (config/8)', (content, value) => {
    using directory = temporaryDirectory({ password: content })
    const env = { PASSWORD_FILE: join(directory.path, 'password') }
    expect(config({ password: secret(string()) }, { env, files: [] }).password.reveal()).toBe(value)
  })

  test('the path may be a link, as Kubernetes mounts them, and relative to the directory (config/8)', () => {
    using directory = temporaryDirectory({ '..data/password': 'hunter2\n' })
    symlinkSync('..data/password', join(directory.path, 'password'))
    const env = { PASSWORD_FILE: 'password' }
    const cfg = config({ password: secret(string()) }, { env, files: [], directory: directory.path })
    expect(cfg.password.reveal()).toBe('hunter2')
  })

  test('the content is read strictly like any other value (config/8)', () => {
    using directory = temporaryDirectory({ port: ' 8080\n' })
    const env = { PORT_FILE: join(directory.path, 'port') }
    expect(problemsOf(() => config({ port: port() }, { env, files: [] }))).toEqual([
      'PORT: expected a port from 0 to 65535; found " 8080" in the file that PORT_FILE names',
    ])
  })

  test('it may stand in a .env file (config/8)', () => {
    using directory = temporaryDirectory({ '.env': 'PORT_FILE=port', port: '8080' })
    expect(config({ port: port() }, { env: {}, directory: directory.path })).toEqual({ port: 8080 })
  })

  test('both in one place is an error; in two places the higher one wins (config/9)', () => {
    using directory = temporaryDirectory({
      '.env': 'KEY=from-dotenv\n',
      '.env.both': 'KEY=a\nKEY_FILE=b',
      key: 'from-file',
    })
    const spec = { key: string() }
    const options = { directory: directory.path, files: ['.env'] }
    expect(problemsOf(() => config(spec, { ...options, env: { KEY: 'canary', KEY_FILE: 'key' } }))).toEqual([
      'KEY: KEY and KEY_FILE are both set in the environment: keep one of them',
    ])
    expect(problemsOf(() => config(spec, { ...options, env: {}, files: ['.env.both'] }))).toEqual([
      'KEY: KEY and KEY_FILE are both set in .env.both: keep one of them',
    ])
    expect(config(spec, { ...options, env: { KEY: 'a', KEY_FILE: '' } })).toEqual({ key: 'a' })
    expect(config(spec, { ...options, env: { KEY_FILE: 'key' } })).toEqual({ key: 'from-file' })
  })

  test.each([
    ['does not exist', 'nope'],
    ['does not exist', 'port/below'],
    ['is not a regular file', 'folder'],
    ['is not a regular file', '/dev/zero'],
    ['is larger than 1 MiB', 'large'],
    ['is not UTF-8 text', 'binary'],
    ['is a loop of links', 'loop'],
    ['has a name that is too long', 'x'.repeat(5000)],
    ['cannot be read', 'nul\0byte'],
  ])('a file that %s is a problem, without its path for a secret (config/10)', (reason, path) => {
    using directory = temporaryDirectory({ port: '1', large: 'x'.repeat(1024 * 1024 + 1) })
    mkdirSync(join(directory.path, 'folder'))
    directory.write('binary', new Uint8Array([0xc3, 0x28]))
    symlinkSync('loop', join(directory.path, 'loop'))
    const spec = { port: port(), secret: secret(string()), apiKey: string() }
    const env = { PORT_FILE: path, SECRET_FILE: path, API_KEY_FILE: path }
    expect(problemsOf(() => config(spec, { env, files: [], directory: directory.path }))).toEqual([
      `PORT: the file that PORT_FILE names (${JSON.stringify(path.length > 60 ? `${path.slice(0, 60)}…` : path)}) ${reason}`,
      `SECRET: the file that SECRET_FILE names ${reason}`,
      `API_KEY: the file that API_KEY_FILE names ${reason}`,
    ])
  })

  test('a file of exactly 1 MiB is read (config/10)', () => {
    using directory = temporaryDirectory({ large: 'x'.repeat(1024 * 1024) })
    const cfg = config({ value: string() }, { env: { VALUE_FILE: 'large' }, files: [], directory: directory.path })
    expect(cfg.value.length).toBe(1024 * 1024)
  })
})

describe('empty is unset', () => {
  test('in every source (config/11)', () => {
    using directory = temporaryDirectory({ '.env.local': 'A=\nB=""\n', '.env': 'A=below\nB=below', empty: '\n' })
    const spec = {
      a: string(),
      b: string(),
      c: string({ default: 'fallback' }),
      d: string({ default: 'fallback' }),
      e: optional(string()),
    }
    const env = { A: '', C: '', D_FILE: 'empty', E: '' }
    expect(config(spec, { env, directory: directory.path, overrides: { a: '', c: undefined } })).toEqual({
      a: 'below',
      b: 'below',
      c: 'fallback',
      d: 'fallback',
      e: undefined,
    })
    expect(problemsOf(() => config({ x: string() }, { env: { X: '' }, files: [] }))).toEqual([
      'X: required: text; looked for in the environment, X_FILE',
    ])
  })
})

describe('the environment', () => {
  test('is never changed, and is read anew by each call (config/12)', () => {
    using directory = temporaryDirectory({ '.env': 'SEAWORTHY_TEST_A=1\nSEAWORTHY_TEST_B=2\n' })
    const before = { ...process.env }
    const spec = { a: string(), b: string(), c: string({ default: '3' }) }
    const options = { prefix: 'SEAWORTHY_TEST_', directory: directory.path }
    expect(config(spec, options)).toEqual({ a: '1', b: '2', c: '3' })
    expect({ ...process.env }).toEqual(before)
    process.env['SEAWORTHY_TEST_A'] = 'set'
    expect(config(spec, options).a).toBe('set')
    delete process.env['SEAWORTHY_TEST_A']
    expect(config(spec, options).a).toBe('1')
    expect({ ...process.env }).toEqual(before)
  })

  test('an environment that is frozen is fine (config/12)', () => {
    expect(config({ a: string() }, { env: Object.freeze({ A: '1' }), files: [] })).toEqual({ a: '1' })
  })

  test('what an object inherits is not in the environment (config/16)', () => {
    const env: Record<string, string> = Object.create({ VALUE: 'inherited' })
    expect(config({ value: optional(string()) }, { env, files: [] })).toEqual({ value: undefined })
  })
})

describe('.env files', () => {
  const read = (content: string, names: readonly string[]) => {
    using directory = temporaryDirectory({ '.env': content })
    const spec = Object.fromEntries(names.map((name) => [name, optional(string({ env: name }))]))
    return config(spec, { env: {}, directory: directory.path })
  }

  test.each([
    ['quotes and comments', `A=x # c\nB="y # n"\nC='z'\nD=\`w\``, { A: 'x', B: 'y # n', C: 'z', D: 'w' }],
    ['export, spaces, blank lines', '\n  export A = x  \n\n#B=y\n', { A: 'x', B: undefined }],
    ['tabs and trailing spaces', 'A=\t\nB = x \t\nexport\tC=y', { A: undefined, B: 'x', C: 'y' }],
    [
      'more than one =',
      'A=x=B=y\nC=postgres://h/d?D=e',
      { A: 'x=B=y', B: undefined, C: 'postgres://h/d?D=e', D: undefined },
    ],
    ['several lines in quotes', 'A="x\ny"\nB=z', { A: 'x\ny', B: 'z' }],
    ['the last of two', 'A=x\nA=y', { A: 'y' }],
    ['Windows line ends', 'A=x\r\nB="y\r\nz"\r\nC=w\r\n', { A: 'x', B: 'y\nz', C: 'w' }],
    ['lone carriage returns', 'A=x\rB=y\r', { A: 'x', B: 'y' }],
    ['a byte order mark', '\uFEFFA=x', { A: 'x' }],
    ['no expansion', 'A=$B\nB=${HOME}', { A: '$B', B: '${HOME}' }],
    ['names of the language', '__proto__=x\nconstructor=y', { ['__proto__']: 'x', constructor: 'y' }],
    ['quotes inside', `A=it's "x"\nB='"y"' # z`, { A: `it's "x"`, B: '"y"' }],
    ['nothing', '', { A: undefined }],
  ])('are parsed by util.parseEnv, with one reading on Node and Bun: %s (config/13)', (_, content, expected) => {
    expect(Object.entries(read(content, Object.keys(expected)))).toEqual(Object.entries(expected))
  })

  test.each([
    ['A=1\nnot a line\nB=y', 'line 2 is neither NAME=value nor a comment'],
    ['A\n=x', 'line 1 is neither NAME=value nor a comment'],
    ['A: canary', 'line 1 is neither NAME=value nor a comment'],
    ['é=canary', 'line 1 is neither NAME=value nor a comment'],
    ['A B=canary', 'line 1 is neither NAME=value nor a comment'],
    ['A="x\ny"\nC', 'line 3 is neither NAME=value nor a comment'],
    ['\nA="canary\nB=1\n', 'line 2 has a quote that is never closed'],
    ['A="canary\\"x"', 'line 1 has an escaped quote: write another kind of quotes round it'],
    ["A='canary' canary", 'line 1 has more after its closing quote'],
  ])('a line of which a part would be lost is a problem: %j (config/13)', (content, message) => {
    using directory = temporaryDirectory({ '.env': content })
    const problems = problemsOf(() => config({ a: optional(string()) }, { env: {}, directory: directory.path }))
    expect(problems).toEqual([`.env: ${message}`])
  })

  test('the default files may be missing; a file that is named may not (config/14)', () => {
    using directory = temporaryDirectory({ 'my.env': 'A=x' })
    const spec = { a: optional(string()) }
    expect(config(spec, { env: {}, directory: directory.path })).toEqual({ a: undefined })
    expect(config(spec, { env: {}, directory: directory.path, files: ['my.env'] })).toEqual({ a: 'x' })
    expect(config(spec, { env: {}, files: [join(directory.path, 'my.env')] })).toEqual({ a: 'x' })
    const files = ['gone.env', 'my.env']
    expect(problemsOf(() => config(spec, { env: {}, directory: directory.path, files }))).toEqual([
      'gone.env: does not exist',
    ])
  })

  test('[] reads none (config/14)', () => {
    using directory = temporaryDirectory({ '.env': 'A=x' })
    expect(config({ a: optional(string()) }, { env: {}, directory: directory.path, files: [] })).toEqual({
      a: undefined,
    })
  })

  test('one that cannot be read is a problem, a default one too (config/14)', () => {
    using directory = temporaryDirectory()
    mkdirSync(join(directory.path, '.env'))
    directory.write('.env.local', new Uint8Array([0xff, 0xfe, 0x41, 0x00]))
    expect(problemsOf(() => config({ a: string() }, { env: { A: '1' }, directory: directory.path }))).toEqual([
      '.env.local: is not UTF-8 text',
      '.env: is not a regular file',
    ])
  })
})
