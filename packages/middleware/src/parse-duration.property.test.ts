import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSeaworthyError, parseDuration, parseDurationText } from './index.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

const amounts = fc.tuple(...units.map(() => fc.option(fc.nat(99_999)))).filter((all) => all.some((n) => n !== null))

test('every written duration is read back exactly (middleware/40)', () => {
  fc.assert(
    fc.property(amounts, (all) => {
      const text = all.map((n, index) => (n === null ? '' : `${n}${units[index]?.[0]}`)).join('')
      const ms = all.reduce<number>((sum, n, index) => sum + (n ?? 0) * (units[index]?.[1] ?? 0), 0)
      expect(parseDurationText(text)).toBe(ms)
    }),
    { numRuns },
  )
})

test('decimals are exact: a duration in seconds with three decimals is its milliseconds (middleware/40)', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (ms) => {
      const text = `${Math.trunc(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}s`
      expect(parseDurationText(text)).toBe(ms)
    }),
    { numRuns },
  )
})

const scraps = fc.constantFrom(
  '1',
  '0',
  '9',
  '.',
  '-',
  '+',
  'e',
  ' ',
  '_',
  'd',
  'h',
  'm',
  's',
  'ms',
  'S',
  '\n',
  'µ',
  '٣',
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(scraps, { maxLength: 12 }).map((parts) => parts.join('')),
)

test('any other text is refused, never guessed at (middleware/40)', () => {
  const seen = { read: 0, refused: 0 }
  fc.assert(
    fc.property(anyText, (text) => {
      const ms = attempt(text)
      seen[ms === undefined ? 'refused' : 'read']++
      expect(ms === undefined).toBe(byHand(text) === undefined)
      if (ms !== undefined) expect(ms).toBeCloseTo(byHand(text) ?? Number.NaN, 6)
    }),
    { numRuns },
  )
  expect(seen.read).toBeGreaterThan(0)
  expect(seen.refused).toBeGreaterThan(0)
})

test('a number is itself or an error (middleware/40)', () => {
  fc.assert(
    fc.property(fc.double(), (ms) => {
      if (ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) expect(parseDuration(ms) === ms).toBe(true)
      else expect(() => parseDuration(ms)).toThrow('Not a duration')
    }),
    { numRuns },
  )
})

function attempt(text: string): number | undefined {
  try {
    return parseDurationText(text)
  } catch (error) {
    if (isSeaworthyError(error) && error.code === 'ERR_DURATION') return undefined
    throw error
  }
}

/** The grammar a second time, character by character. */
function byHand(text: string): number | undefined {
  let rest = text
  let total = 0
  let ended = text === ''
  for (const [unit, size] of units) {
    const amount = takeAmount(rest)
    if (amount === '' || !rest.startsWith(unit, amount.length)) continue
    if (unit === 'm' && rest.startsWith('ms', amount.length)) continue
    if (ended) return undefined
    ended = amount.includes('.')
    total += Number(amount) * size
    rest = rest.slice(amount.length + unit.length)
  }
  return rest === '' && text !== '' && total <= Number.MAX_SAFE_INTEGER ? total : undefined
}

function takeAmount(text: string): string {
  let end = 0
  while ('0123456789.'.includes(text[end] ?? ' ')) end++
  const [whole = '', fraction, ...more] = text.slice(0, end).split('.')
  const sound =
    whole !== '' &&
    whole.length <= 16 &&
    (whole === '0' || whole[0] !== '0') &&
    more.length === 0 &&
    (fraction === undefined || (fraction !== '' && fraction.length <= 9))
  return sound ? text.slice(0, end) : ''
}
