import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  config,
  example,
  explain,
  group,
  json,
  list,
  optional,
  reload,
  secret,
  setting,
  string,
  type Spec,
} from './index.ts'
import { errorOf, problemsOf } from './read-one.fixture.ts'

/** The same schemas in the words of one library. */
interface Library {
  readonly count: StandardSchemaV1<unknown, number>
  readonly level: StandardSchemaV1<unknown, string>
  readonly email: StandardSchemaV1<unknown, string>
  readonly limits: StandardSchemaV1<unknown, { max: number; tags: string[] }>
  /** A schema that says yes to nothing at all, too. */
  readonly maybe: StandardSchemaV1<unknown, string | undefined>
}

const valibotCount = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(10))

const libraries: Readonly<Record<string, Library>> = {
  zod: {
    count: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().max(10)),
    level: z.enum(['debug', 'info']),
    email: z.email(),
    limits: z.object({ max: z.number(), tags: z.array(z.string()) }),
    maybe: z.string().optional(),
  },
  valibot: {
    count: valibotCount,
    level: v.picklist(['debug', 'info']),
    email: v.pipe(v.string(), v.email()),
    limits: v.object({ max: v.number(), tags: v.array(v.string()) }),
    maybe: v.optional(v.string()),
  },
  arktype: {
    count: type('string.integer.parse').to('number <= 10'),
    level: type("'debug' | 'info'"),
    email: type('string.email'),
    limits: type({ max: 'number', tags: 'string[]' }),
    maybe: type('string | undefined'),
  },
}

for (const [name, { count, level, email, limits, maybe }] of Object.entries(libraries)) {
  describe(`with ${name}`, () => {
    const files: readonly string[] = []
    const spec = {
      count,
      level: setting(level, {
        default: 'info',
        env: 'LOG_LEVEL',
        description: 'How much is logged.',
        reloadable: true,
      }),
      admin: secret(email),
      cc: list(email, { default: [] }),
      limits: json(limits),
      nested: group({ count: optional(count) }),
      maybe,
    }
    const env = {
      COUNT: '3',
      ADMIN: 'canary@example.com',
      CC: 'a@b.co, c@d.co',
      LIMITS: '{"max":1,"tags":["x"]}',
      NESTED_COUNT: '4',
    }

    test('a schema is read as it is, in every wrapper and in a group (config/31) (config/32)', () => {
      const cfg = config(spec, { env, files })
      expect({ ...cfg, admin: cfg.admin.reveal() }).toEqual({
        count: 3,
        level: 'info',
        admin: 'canary@example.com',
        cc: ['a@b.co', 'c@d.co'],
        limits: { max: 1, tags: ['x'] },
        nested: { count: 4 },
        maybe: undefined,
      })
    })

    test('what it gives is frozen at every depth (config/2) (config/31)', () => {
      const { limits: frozen } = config(spec, { env, files })
      expect([frozen, frozen.tags].every(Object.isFrozen)).toBe(true)
    })

    test('its problems are told with all the others, each on its line (config/3) (config/31)', () => {
      const wrong = { COUNT: '11', LOG_LEVEL: 'loud', CC: 'nobody', LIMITS: '{"max":"1","tags":[]}' }
      const problems = problemsOf(() => config(spec, { env: wrong, files }))
      expect(problems.map((problem) => problem.split(':')[0])).toEqual(['COUNT', 'LOG_LEVEL', 'ADMIN', 'CC', 'LIMITS'])
      expect(problems[0]).toContain('found "11" in the environment')
      expect(problems[2]).toContain('required: ')
      expect(problems[3]).toContain('at 0: ')
      expect(problems[4]).toContain('max')
    })

    test('a secret is not in its messages, although the library may quote it (config/5) (config/31)', () => {
      const spec: Spec = { admin: secret(email), apiToken: email, plain: email }
      const wrong = { ADMIN: 'canary-1', API_TOKEN: 'canary-2', PLAIN: 'canary-3' }
      const { message, problems } = errorOf(() => config(spec, { env: wrong, files }))
      expect(problems.length).toBe(3)
      expect(message).not.toMatch(/canary-[12]/)
      expect(message).toContain('canary-3')
    })

    test('JSON is not in its messages, although the library may quote it (config/27) (config/31)', () => {
      const spec = { settings: json(level), inside: list(json(email)) }
      const wrong = { SETTINGS: '"canary"', INSIDE: '"canary"' }
      const { message, problems } = errorOf(() => config(spec, { env: wrong, files }))
      expect(problems.length).toBe(2)
      expect(message).toMatch(/INSIDE: at 0: not what its schema expects/)
      expect(message).not.toContain('canary')
    })

    test('a secret that is missing says what the library expects (config/3) (config/31)', () => {
      expect(problemsOf(() => config({ admin: secret(email) }, { env: {}, files }))).toEqual([
        expect.stringMatching(/^ADMIN: required: .+; looked for in the environment, ADMIN_FILE$/),
      ])
    })

    test('it is explained and documented (config/31) (config/39)', () => {
      const told = explain(config(spec, { env, files })).map(({ variable, value, source }) => [variable, value, source])
      expect(told).toEqual([
        ['COUNT', '3', 'environment'],
        ['LOG_LEVEL', 'info', 'default'],
        ['ADMIN', '[redacted]', 'environment'],
        ['CC', 'a@b.co,c@d.co', 'environment'],
        ['LIMITS', '{"max":1,"tags":["x"]}', 'environment'],
        ['NESTED_COUNT', '4', 'environment'],
        ['MAYBE', '', 'unset'],
      ])
      const text = example(spec)
      expect(text).toContain('# How much is logged.\n')
      expect(text).toContain('# LOG_LEVEL=info\n')
      expect(text).toMatch(/^COUNT=$/m)
      expect(text).toMatch(/Optional\.\n# MAYBE=$/m)
    })

    test('it is reloaded (config/31) (config/41)', () => {
      const changing: Record<string, string> = { ...env }
      const cfg = config(spec, { env: changing, files })
      changing['LOG_LEVEL'] = 'debug'
      expect(reload(cfg)).toMatchObject({ config: { level: 'debug' }, changed: ['level'], problems: [] })
    })
  })
}

describe('defaults of other libraries', () => {
  test.each([
    ['zod', z.coerce.number().int().min(0).default(3)],
    ['valibot', v.optional(valibotCount, '3')],
    ['arktype', setting(type('string.integer.parse'), { default: '3' })],
  ])('%s: what is not set is its default (config/31)', (_, retries) => {
    const cfg = config({ retries }, { env: {}, files: [] })
    expect(cfg).toEqual({ retries: 3 })
    expect(explain(cfg)).toMatchObject([{ value: '3', source: 'default' }])
    expect(example({ retries })).toContain('Default: 3.\n# RETRIES=3\n')
  })

  test('one that is wrong is not quoted for a secret (config/5) (config/31)', () => {
    const link = v.optional(v.pipe(v.string(), v.url()), 'canary')
    expect(problemsOf(() => config({ a: secret(link), apiKey: link }, { env: {}, files: [] }))).toEqual([
      'A: required: text; looked for in the environment, A_FILE',
      'API_KEY: required: text; looked for in the environment, API_KEY_FILE',
    ])
    // The control: under a harmless name the library does quote it.
    expect(problemsOf(() => config({ a: link }, { env: {}, files: [] }))).toEqual([expect.stringContaining('canary')])
  })

  test('a schema that makes text of nothing does not make a missing variable present (config/31)', () => {
    expect(z.coerce.string().parse(undefined)).toBe('undefined')
    expect(problemsOf(() => config({ name: z.coerce.string() }, { env: {}, files: [] }))).toEqual([
      expect.stringContaining('NAME: required: '),
    ])
  })

  test('what a library says of itself stands in the example (config/37)', () => {
    const spec = { size: z.number().int().describe('How many.'), mail: z.email(), mode: z.enum(['a', 'b']) }
    expect(example(spec)).toBe(
      '# How many.\n# Type: integer. Required.\nSIZE=\n\n# Type: string (email). Required.\nMAIL=\n\n# Type: a | b. Required.\nMODE=\n',
    )
  })
})

test('a field of ours is read by other code that knows the standard (config/30)', () => {
  const read = <S extends StandardSchemaV1>(schema: S, value: unknown) => schema['~standard'].validate(value)
  expect(read(string(), 'x')).toEqual({ value: 'x' })
})
