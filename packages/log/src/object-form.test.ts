import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createLogger, type LoggerOptions, type Plain } from './index.ts'
import { memoryOutput } from './testing.ts'

/** What a field becomes. */
function copied(value: unknown, options: LoggerOptions = {}): Plain | undefined {
  const output = memoryOutput()
  createLogger({ ...options, outputs: [output] }).info('m', { value })
  return output.records[0]?.fields['value']
}

/** What is written of something thrown. */
function thrown(error: unknown): Plain | undefined {
  const output = memoryOutput()
  createLogger({ outputs: [output] }).error(error, 'm')
  return output.records[0]?.error
}

describe('objects', () => {
  test('of the language are written so that they can be known (log/3)', () => {
    expect(copied(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
    expect(copied(new Date(Number.NaN))).toBe('Invalid Date')
    expect(
      copied(
        new Map<unknown, unknown>([
          ['a', 1],
          [2, { b: 3 }],
          [null, 4],
        ]),
      ),
    ).toEqual({ a: 1, '2': { b: 3 }, null: 4 })
    expect(copied(new Set([1, 'a', { b: 2 }]))).toEqual([1, 'a', { b: 2 }])
    expect(copied(/a+/giu)).toBe('/a+/giu')
    expect([Object(1), Object('a'), Object(false), Object(5n)].map((each) => copied(each))).toEqual([
      1,
      'a',
      false,
      '5',
    ])
    expect(copied(Promise.resolve())).toBe('[Promise]')
    expect(copied(new WeakMap())).toBe('[WeakMap]')
    expect(copied(new WeakSet())).toBe('[WeakSet]')
  })

  test('of the web platform are written so that they can be known (log/3)', () => {
    expect(copied(new URL('https://a.test/b?c=d'))).toBe('https://a.test/b?c=d')
    expect(copied(new URLSearchParams('a=1&b=2'))).toEqual({ a: '1', b: '2' })
    expect(copied(new Headers({ accept: 'text/html' }))).toEqual({ accept: 'text/html' })
    const form = new FormData()
    form.append('a', '1')
    expect(copied(form)).toEqual({ a: '1' })
  })

  test('of bytes tell their size, not their content (log/3)', () => {
    expect(copied(Buffer.from('secret'))).toBe('[Buffer 6 bytes]')
    expect(copied(new Uint8Array(3))).toBe('[Uint8Array 3 bytes]')
    expect(copied(new Float64Array(2))).toBe('[Float64Array 16 bytes]')
    expect(copied(new ArrayBuffer(5))).toBe('[ArrayBuffer 5 bytes]')
    expect(copied(new DataView(new ArrayBuffer(4)))).toBe('[DataView 4 bytes]')
  })

  test('of a class are their own members (log/3)', () => {
    class Order {
      readonly id = 'o-1'
      readonly #hidden = 1
      get total(): number {
        return this.#hidden
      }
    }
    expect(copied(new Order())).toEqual({ id: 'o-1' })
    expect(copied(Object.create(null, { a: { value: 1, enumerable: true } }))).toEqual({ a: 1 })
  })

  test('of another realm are told by what they are (log/3)', () => {
    expect(copied(runInNewContext('new Map([["a", 1]])'))).toEqual({ a: 1 })
    expect(copied(runInNewContext('new Date(0)'))).toBe('1970-01-01T00:00:00.000Z')
    expect(copied(runInNewContext('new TypeError("far")'))).toMatchObject({ type: 'TypeError', message: 'far' })
  })

  test('that only pretend to be something are written all the same (log/1)', () => {
    expect(copied({ [Symbol.toStringTag]: 'Headers', a: 1 })).toEqual({ a: 1 })
    class Pretender {
      readonly a = 1
      get [Symbol.toStringTag](): string {
        return 'Headers'
      }
    }
    expect(copied(new Pretender())).toEqual({ a: 1 })
    expect(copied(Object.create(Date.prototype))).toBe('[unreadable]')
  })
})

describe('errors', () => {
  class OrderError extends Error {
    readonly code = 'ERR_ORDER'
    readonly order = { id: 'o-1' }
  }

  test('are written with type, message, stack and members (log/2)', () => {
    expect(thrown(new OrderError('lost'))).toEqual({
      type: 'OrderError',
      message: 'lost',
      stack: expect.stringContaining('object-form.test'),
      code: 'ERR_ORDER',
      order: { id: 'o-1' },
    })
    expect(copied(new RangeError('far'))).toMatchObject({
      type: 'RangeError',
      message: 'far',
      stack: expect.any(String),
    })
    expect(Object.keys(Object(thrown(new Error('plain'))))).toEqual(['type', 'message', 'stack'])
    expect(thrown(new DOMException('left', 'AbortError'))).toMatchObject({ type: 'AbortError', message: 'left' })
  })

  test('are written with their causes (log/2)', () => {
    const cause = new Error('connection', { cause: new OrderError('root', { cause: 'text' }) })
    expect(thrown(new Error('failed', { cause }))).toMatchObject({
      message: 'failed',
      cause: { message: 'connection', cause: { type: 'OrderError', code: 'ERR_ORDER', cause: 'text' } },
    })
    const loop = new Error('loop')
    loop.cause = loop
    expect(thrown(loop)).toMatchObject({ message: 'loop', cause: '[circular]' })
  })

  test('that gather others are written with these (log/2)', () => {
    expect(thrown(new AggregateError([new OrderError('a'), 'b'], 'both'))).toMatchObject({
      type: 'AggregateError',
      message: 'both',
      errors: [{ type: 'OrderError', message: 'a' }, 'b'],
    })
  })

  test('are written when they are odd (log/1) (log/2)', () => {
    const trapped = Object.defineProperties(new Error('x'), {
      message: {
        get: () => {
          throw new Error('no')
        },
      },
      stack: { value: undefined },
      name: { value: 5 },
    })
    expect(thrown(trapped)).toEqual({ type: 'Error', message: '[unreadable]' })
    expect(thrown('text')).toBe('text')
    expect(thrown({ code: 5 })).toEqual({ code: 5 })
    const nameless = new (class extends Error {})('x')
    expect(thrown(nameless)).toMatchObject({ type: 'Error' })
  })
})

describe('the size of a value', () => {
  const marker = /^(.*)…\[(\d+) more bytes\]$/su

  test('is 8 KiB at most (log/41) (log/67)', () => {
    expect(copied('a'.repeat(8192))).toBe('a'.repeat(8192))
    expect(copied('a'.repeat(8193))).toBe(`${'a'.repeat(8192)}…[1 more bytes]`)
  })

  test('is cut on a character boundary (log/41)', () => {
    for (const [character, bytes] of [
      ['a', 1],
      ['é', 2],
      ['€', 3],
      ['😀', 4],
    ] as const) {
      for (const maxSize of [10, 11, 12, 13]) {
        const [, kept = '', missing] = marker.exec(String(copied(character.repeat(10_000), { maxSize }))) ?? []
        expect(kept).toBe(character.repeat(Math.floor(maxSize / bytes)))
        expect(Buffer.byteLength(kept) + Number(missing)).toBe(bytes * 10_000)
      }
    }
  })

  test('is bounded for messages and errors too (log/41)', () => {
    const output = memoryOutput()
    createLogger({ outputs: [output], maxSize: 10 }).error(new Error('e'.repeat(99)))
    expect(output.messages).toEqual([`${'e'.repeat(10)}…[89 more bytes]`])
    expect(JSON.stringify(output.records[0]?.error).length).toBeLessThan(200)
  })

  test('counts all that an object holds (log/42)', () => {
    const list = copied(
      Array.from({ length: 10_000 }, (_, i) => i),
      { maxSize: 100 },
    )
    expect(list).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, '…'])
    const members = copied(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])), { maxSize: 50 })
    expect(members).toEqual({ k0: 0, k1: 1, k2: 2, k3: 3, k4: 4, '…': '…' })
    expect(copied({ a: 'x'.repeat(100), b: 'y' }, { maxSize: 30 })).toEqual({
      a: `${'x'.repeat(21)}…[79 more bytes]`,
      '…': '…',
    })
    expect(copied({ ['n'.repeat(100)]: 1 }, { maxSize: 50 })).toEqual({ '…': '…' })
  })

  test('is bounded however deep, entangled or endless the value is (log/42)', () => {
    let deep: unknown = 'bottom'
    for (let i = 0; i < 100_000; i++) deep = { deep }
    expect(JSON.stringify(copied(deep))).toBe(`${'{"deep":'.repeat(16)}"[too deep]"${'}'.repeat(16)}`)
    let wide: unknown = 'leaf'
    for (let i = 0; i < 15; i++) wide = Array.from({ length: 10 }, () => wide)
    const began = performance.now()
    expect(JSON.stringify(copied(wide)).length).toBeLessThan(20_000)
    class Endless extends Set<number> {
      override *[Symbol.iterator](): SetIterator<number> {
        for (let i = 0; ; i++) yield i
      }
    }
    expect(JSON.stringify(copied(new Endless())).length).toBeLessThan(20_000)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
