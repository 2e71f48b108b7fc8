import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyFields, anyText, anyValue } from './any-value.fixture.ts'
import { fileLogger } from './file-logger.fixture.ts'

const clock = (): number => 0
const head = 'time=1970-01-01T00:00:00.000Z level=info'

/** Reads logfmt as its readers do: names up to `=`, values bare or as JSON strings. */
function pairsOf(line: string): [string, string][] {
  const pairs: [string, string][] = []
  const pattern = /([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s="]*)(?: |$)/gy
  let at = 0
  for (const [all, name = '', value = ''] of line.matchAll(pattern)) {
    pairs.push([name, value.startsWith('"') ? JSON.parse(value) : value])
    at += all.length
  }
  if (at !== line.length) throw new Error(`no logfmt from ${at}: ${line}`)
  return pairs
}

describe('a text line', () => {
  test('is logfmt, with nested members as dotted names (log/4)', () => {
    using file = fileLogger({ format: 'text', clock })
    file.logger.info('order placed', {
      order: 'o-1',
      total: 12.5,
      paid: true,
      none: null,
      user: { id: 1, tags: ['a', 'b c'] },
      empty: {},
      text: '',
    })
    expect(file.text()).toBe(
      `${head} msg="order placed" order=o-1 total=12.5 paid=true none=null user.id=1 user.tags="[\\"a\\",\\"b c\\"]" empty={} text=""\n`,
    )
    file.logger.error(new TypeError('a "b"'), 'failed')
    expect(file.text()).toMatch(
      /^time=\S+ level=error msg=failed error\.type=TypeError error\.message="a \\"b\\"" error\.stack="TypeError.*"\n$/,
    )
  })

  test('reads back what was given, whatever it was (log/4)', () => {
    using file = fileLogger({ format: 'text', clock })
    const value = 'a" level=error msg="forged\n\u2028time=x\u001b[31m'
    file.logger.info(value, { value, 'a b="c"\n': 1, '': 2, '\u001b': 3, 'level=error': 4 })
    const line = file.text()
    expect(pairsOf(line.slice(0, -1))).toEqual([
      ['time', '1970-01-01T00:00:00.000Z'],
      ['level', 'info'],
      ['msg', value],
      ['value', value],
      ['a_b_c_', '1'],
      ['_', '2'],
      ['_', '3'],
      ['level_error', '4'],
    ])
  })

  test('stays one line of pairs for any call (log/1) (log/4)', () => {
    using file = fileLogger({ format: 'text', clock, maxSize: '1KiB' })
    fc.assert(
      fc.property(anyText, anyValue, anyFields, (msg, thrown, own) => {
        file.logger.error(thrown, msg, own)
        const text = file.text()
        expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        expect(pairsOf(text.slice(0, -1)).length).toBeGreaterThan(2)
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 10_000) / 5 },
    )
  }, 120_000)
})
