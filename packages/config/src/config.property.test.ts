import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  address,
  boolean,
  bytes,
  config,
  ConfigError,
  duration,
  example,
  explain,
  group,
  integer,
  json,
  list,
  number,
  oneOf,
  optional,
  port,
  secret,
  string,
  table,
  url,
} from './index.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)

const fields = {
  address: address(),
  boolean: boolean(),
  bytes: bytes({ max: '1GiB' }),
  duration: duration(),
  integer: integer(),
  number: number(),
  oneOf: oneOf(['debug', 'info']),
  port: port(),
  string: string({ maxLength: 5 }),
  url: url(),
  list: list(port()),
  json: json(),
}
const names = Object.keys(fields) as (keyof typeof fields)[]

const scraps = fc.constantFrom(
  ...['0', '1', '9', '80', '-', '+', '.', ',', ':', '/', '//', '@', 'e', 'x', ' ', '\n', '\0', '[', ']', '{', '}', '"'],
  ...[
    's',
    'ms',
    'h',
    'MiB',
    'kB',
    'true',
    'false',
    'debug',
    'http',
    'unix:',
    '::1',
    '__proto__',
    '\u202E',
    '\uD800',
    '🚢',
  ],
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(scraps, { maxLength: 8 }).map((parts) => parts.join('')),
)

describe('any text', () => {
  test('is read by a field or is a problem on one short line; nothing else happens (config/45)', () => {
    const seen = { read: 0, refused: 0 }
    fc.assert(
      fc.property(fc.constantFrom(...names), anyText, (name, text) => {
        const message = attempt(() => config({ value: fields[name] }, { env: { VALUE: text }, files: [] }))
        seen[message === undefined ? 'read' : 'refused']++
        if (message !== undefined)
          expect(message).toMatch(/^The configuration has a problem:\n {2}VALUE: [^\n]{1,1000}$/)
      }),
      { numRuns },
    )
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(numRuns / 50)
  })

  test('in a secret is in no problem, explanation or document (config/34)', () => {
    let shownOnce = false
    const canary = fc.tuple(anyText, anyText).map(([before, after]) => `${before}c4n4ry${after}`)
    fc.assert(
      fc.property(fc.constantFrom(...names), canary, (name, text) => {
        const spec = {
          a: secret(fields[name]),
          b: list(secret(fields[name])),
          apiToken: fields[name],
          c: optional(secret(string(), {})),
        }
        const run = () => config(spec, { env: { A: text, B: text, API_TOKEN: text, C: text }, files: [] })
        const shown: string[] = []
        const message = attempt(() => shown.push(JSON.stringify([explain(run()), run().a, run().b, run().c])))
        shownOnce ||= shown.length > 0
        expect(message ?? shown.join()).not.toContain('c4n4ry')
        const documented = { a: secret(string({ default: text })), apiToken: string({ default: text }) }
        expect(example(documented) + table(documented)).not.toContain('c4n4ry')
      }),
      { numRuns },
    )
    expect(shownOnce).toBe(true)
  })
})

describe('numbers', () => {
  test('are read back from their decimal text (config/18)', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }), (whole, real) => {
        const cfg = config(
          { whole: integer(), real: number() },
          { env: { WHOLE: String(whole), REAL: String(real) }, files: [] },
        )
        expect(cfg.whole === whole && cfg.real === real).toBe(true)
      }),
      { numRuns },
    )
  })
})

describe('names', () => {
  test('any key is read from a variable or refused at once, and nothing reaches a prototype (config/16)', () => {
    const keys = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'a.b', 'a-b'),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }), (chosen) => {
        const inner = Object.fromEntries(chosen.map((key) => [key, string({ default: 'x' })]))
        const spec = { ...inner, nested: group(inner) }
        attempt(() => {
          const cfg = config(spec, { env: {}, files: [] })
          expect(Object.keys(cfg)).toEqual(Object.keys(spec))
          expect(Object.keys(cfg.nested)).toEqual(Object.keys(inner))
        })
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns },
    )
  })
})

describe('example', () => {
  test('any default is read back as it was, or left out when the syntax cannot hold it (config/37)', () => {
    const scraps = fc.constantFrom('a', ' ', '#', "'", '"', '`', '\\', '\\n', '$', '=', '\n', '\r')
    const texts = fc
      .oneof(
        anyText,
        fc.array(scraps).map((parts) => parts.join('')),
      )
      .filter((text) => text !== '')
    let kept = 0
    fc.assert(
      fc.property(texts, (text) => {
        const written = example({ value: string({ default: text }), after: string({ default: 'x' }) })
        const values = parseEnv(written.replaceAll(/^# (?!Type:)/gm, ''))
        expect(values['AFTER']).toBe('x')
        if (values['VALUE'] === '') return
        kept++
        expect(values['VALUE']).toBe(text)
      }),
      { numRuns },
    )
    expect(kept).toBeGreaterThan(numRuns / 10)
  })
})

/** The message of the ConfigError that a call throws, or `undefined`; any other error is a failure. */
function attempt(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
