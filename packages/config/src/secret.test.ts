import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { config, isSecret, list, optional, Secret, secret, string } from './index.ts'

const canary = 'c4n4ry-5ecret'

describe('Secret', () => {
  const value = new Secret(canary)
  const shown: Readonly<Record<string, () => unknown>> = {
    'String()': () => String(value),
    'a template': () => `${value}`,
    concatenation: () => value + '',
    'an array': () => [value].join(),
    'JSON.stringify': () => JSON.stringify(value),
    'JSON.stringify of an object': () => JSON.stringify({ value: [value] }, null, 2),
    'util.inspect': () => inspect(value),
    'util.inspect of an object': () => inspect({ value, list: [value], map: new Map([[value, value]]) }, { depth: 9 }),
    'util.inspect, hidden members shown': () => inspect(value, { showHidden: true, depth: 9 }),
    'util.inspect without custom inspection': () =>
      inspect(value, { customInspect: false, showHidden: true, depth: 9 }),
    'util.format': () => format('%s %o %O %j', value, value, value, value),
    'a clone': () => JSON.stringify(structuredClone(value)),
    'a clone in an object': () => inspect(structuredClone({ value })),
    'an error message': () => new Error(`cannot connect to ${value}`).message,
    'an error cause': () => inspect(new Error('x', { cause: value })),
    'a spread': () => JSON.stringify({ ...value }),
    'Object.entries': () => JSON.stringify(Object.entries(value)),
    'its property descriptors': () =>
      inspect(Object.getOwnPropertyDescriptors(value), { customInspect: false, showHidden: true }),
    URLSearchParams: () => new URLSearchParams({ value: String(value) }).get('value'),
  }

  test.each(Object.keys(shown))('%s gives [redacted] (config/33)', (name) => {
    const text = String(shown[name]?.())
    expect(text).toContain('[redacted]')
    expect(text).not.toContain(canary)
  })

  test('is nothing but [redacted] to util.inspect and console.log (config/33)', () => {
    expect([inspect(value), format('%s %o %O %j', value, value, value, value)]).toEqual([
      '[redacted]',
      '[redacted] [redacted] [redacted] "[redacted]"',
    ])
  })

  test('reveal() alone gives the value (config/33)', () => {
    expect(value.reveal()).toBe(canary)
    const names = Reflect.ownKeys(Secret.prototype).filter((name) => name !== 'reveal' && name !== 'constructor')
    const members: Record<PropertyKey, unknown> = Object.fromEntries(
      [...names, ...Reflect.ownKeys(value)].map((name) => [name, Reflect.get(value, name)]),
    )
    const results = Reflect.ownKeys(members).map((name) => {
      const member = members[name]
      return typeof member === 'function' ? member.call(value) : member
    })
    expect(results.length).toBeGreaterThan(3)
    expect(results).not.toContain(canary)
  })

  test('is frozen, and known from other objects, also without this module (config/33) (config/35)', () => {
    expect(Symbol.for('seaworthy.secret') in value).toBe(true)
    expect(Object.isFrozen(value)).toBe(true)
    const foreign = { [Symbol.for('seaworthy.secret')]: true }
    expect([value, foreign, { reveal: () => 1 }, 'x', null, undefined, structuredClone(value)].map(isSecret)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('secret()', () => {
  test('keeps what another schema reads, in lists and optionals too (config/33)', () => {
    const spec = {
      one: secret(string()),
      many: list(secret(string())),
      all: secret(list(string())),
      none: optional(secret(string())),
    }
    const cfg = config(spec, { env: { ONE: canary, MANY: `${canary},${canary}`, ALL: `${canary},x` }, files: [] })
    expect(inspect(cfg, { depth: 9 }) + JSON.stringify(cfg)).not.toContain(canary)
    expect([cfg.one.reveal(), cfg.many.map((item) => item.reveal()), cfg.all.reveal(), cfg.none]).toEqual([
      canary,
      [canary, canary],
      [canary, 'x'],
      undefined,
    ])
  })
})
