import fc from 'fast-check'
import { expect, test } from 'vitest'
import { config, optional, string } from './index.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

// Each case writes and reads a file.
const numRuns = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 10_000) / 10)

const letters = ['a', 'B', '1', '=', '==', ' ', '\t', '$', '${A}', '-', ':', '?', '&', 'export ', 'C=', '.', '🚢']
const text = (more: readonly string[]) =>
  fc.array(fc.constantFrom(...letters, ...more), { maxLength: 8 }).map((parts) => parts.join(''))
const space = fc.constantFrom('', '', ' ', '\t', '  ')

/** A value with a way to write it. */
const written = fc.oneof(
  text(["'", '"', '`', '\\', '\\n'])
    .map((value) => value.trim())
    .filter((value) => !/^["'`]/.test(value))
    .map((value) => ({ value, form: value })),
  fc.constantFrom("'", '`', '"').chain((quote) =>
    text(['\n', '#', ...["'", '`', '"'].filter((other) => other !== quote)]).map((value) => ({
      value,
      form: quote + value + quote,
    })),
  ),
)

const line = fc
  .tuple(fc.constantFrom('', 'export '), space, space, space, written, fc.constantFrom('', '', ' # c=d', '#', ' #"'))
  .map(([start, indent, before, after, { value, form }, comment]) => ({
    value,
    render: (name: string) => `${indent}${start}${name}${before}=${after}${form}${comment}`,
  }))
const between = fc.constantFrom('', '\n', '# X=1\n', '  \t\n', "# it's\n")

test('a file is read as it was meant, however it is laid out, and says nothing else (config/13)', () => {
  using directory = temporaryDirectory()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(between, line), { maxLength: 4 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (lines, end, ended) => {
        const body = lines.map(([gap, { render }], index) => gap + render(`V${index}`)).join('\n') + (ended ? '\n' : '')
        directory.write('my.env', body.replaceAll('\n', end))
        const meant = Object.fromEntries(
          lines.map(([, { value }], index) => [`V${index}`, value === '' ? undefined : value]),
        )
        const others = ['A', 'B', 'C', 'X', 'c'].map((name) => [name, undefined])
        const expected = { ...meant, ...Object.fromEntries(others) }
        const spec = Object.fromEntries(Object.keys(expected).map((name) => [name, optional(string({ env: name }))]))
        expect(config(spec, { env: {}, directory: directory.path, files: ['my.env'] })).toEqual(expected)
      },
    ),
    { numRuns },
  )
})
