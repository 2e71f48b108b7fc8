import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSeaworthyError, parseSize, parseSizeText } from './index.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
  TiB: 1_099_511_627_776,
}

test('every written size is read back exactly (middleware/41)', () => {
  fc.assert(
    fc.property(fc.nat(8_000), fc.constantFrom(...Object.entries(units)), (amount, [unit, bytes]) => {
      expect(parseSizeText(`${amount}${unit}`)).toBe(amount * bytes)
    }),
    { numRuns },
  )
})

test('decimals are exact: a size in GB with nine decimals is its bytes (middleware/41)', () => {
  fc.assert(
    fc.property(fc.nat(9_000), fc.nat(999_999_999), (whole, fraction) => {
      const text = `${whole}.${String(fraction).padStart(9, '0')}GB`
      expect(parseSizeText(text)).toBe(whole * 1_000_000_000 + fraction)
    }),
    { numRuns },
  )
})

const scraps = fc.constantFrom(
  '1',
  '0',
  '5',
  '.',
  '-',
  '+',
  'e',
  ' ',
  '_',
  'B',
  'b',
  'k',
  'K',
  'M',
  'Ki',
  'Mi',
  'iB',
  '\n',
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(scraps, { maxLength: 8 }).map((parts) => parts.join('')),
)

test('any other text is refused, never guessed at (middleware/41)', () => {
  const seen = { read: 0, refused: 0 }
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = attempt(text)
      seen[bytes === undefined ? 'refused' : 'read']++
      expect(bytes).toBe(byHand(text))
    }),
    { numRuns },
  )
  expect(seen.read).toBeGreaterThan(0)
  expect(seen.refused).toBeGreaterThan(0)
})

test('a number is itself or an error (middleware/41)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer()), (bytes) => {
      if (Number.isSafeInteger(bytes) && bytes >= 0) expect(parseSize(bytes) === bytes).toBe(true)
      else expect(() => parseSize(bytes)).toThrow('Not a size')
    }),
    { numRuns },
  )
})

function attempt(text: string): number | undefined {
  try {
    return parseSizeText(text)
  } catch (error) {
    if (isSeaworthyError(error) && error.code === 'ERR_SIZE') return undefined
    throw error
  }
}

/** The grammar a second time, character by character. */
function byHand(text: string): number | undefined {
  let end = 0
  while ('0123456789.'.includes(text[end] ?? ' ')) end++
  const unit = text.slice(end)
  const [whole = '', fraction = '0', ...more] = text.slice(0, end).split('.')
  if (whole === '' || whole.length > 16 || (whole !== '0' && whole[0] === '0') || more.length > 0) return undefined
  if (fraction === '' || fraction.length > 9 || !Object.hasOwn(units, unit)) return undefined
  const size = units[unit] ?? 0
  const part = (Number(fraction) * size) / 10 ** fraction.length
  const total = Number(whole) * size + part
  return Number.isInteger(part) && Number.isSafeInteger(total) ? total : undefined
}
