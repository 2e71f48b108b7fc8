import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { anyFields, anyText, anyValue } from './any-value.fixture.ts'
import { fileLogger } from './file-logger.fixture.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const file = fileLogger({ maxSize: '1KiB' })
afterAll(() => file[Symbol.dispose]())

const escapes = /\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/g

/** One character of a private plane for each escape: V8 14 mistakes an escaped name for another, so none is parsed. */
function unescaped(line: string): string {
  return line.replaceAll(escapes, (_escape, hex: string | undefined, short: string) => {
    const code = hex === undefined ? '"\\/\b\f\n\r\t'.charCodeAt('"\\/bfnrt'.indexOf(short)) : Number(`0x${hex}`)
    return String.fromCodePoint(0xf0000 + code)
  })
}

/** What is wrong with a line, if anything. A name that stands twice shows in the length: parsing forgets one. */
function fault(line: string): string | undefined {
  if (/[\p{Cc}\u2028\u2029]/u.test(line) || !line.isWellFormed()) return 'has a raw control character'
  const plain = unescaped(line)
  const members: unknown = JSON.parse(plain)
  if (typeof members !== 'object' || members === null || Array.isArray(members)) return 'is no object'
  return JSON.stringify(members).length === plain.length ? undefined : 'has a name twice'
}

test('faults are found where there are some', () => {
  expect(fault('{"a":1}')).toBeUndefined()
  expect(fault('{"a":1,"a":2}')).toBe('has a name twice')
  expect(fault('{"\\n":1,"\\u000a":2}')).toBe('has a name twice')
  expect(fault('{"a":1,"\\\\":2,"\\u009b":3,"\\"":4}')).toBeUndefined()
  expect(() => fault('{"a":"\\x"}')).toThrow(SyntaxError)
  expect(fault('{"a":"\u2028"}')).toBe('has a raw control character')
  expect(fault('[]')).toBe('is no object')
  expect(() => fault('{"a":1}{}')).toThrow(SyntaxError)
})

test('any call writes one line, and the line is one JSON object (log/1) (log/9)', () => {
  fc.assert(
    fc.property(anyText, anyValue, anyFields, anyFields, (msg, thrown, bound, own) => {
      const child = file.logger.with(bound)
      child.error(thrown, msg, own)
      child.info(msg, own)
      const lines = file.text().split('\n')
      expect([lines.length, lines[2], ...lines.slice(0, 2).map(fault)]).toEqual([3, '', undefined, undefined])
    }),
    { numRuns },
  )
}, 120_000)
