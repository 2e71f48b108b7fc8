import { describe, expect, test } from 'vitest'
import { isSeaworthyError, parseSize, parseSizeText } from './index.ts'

describe('parseSize', () => {
  test.each([
    ['0B', 0],
    ['1B', 1],
    ['1kB', 1_000],
    ['1KiB', 1_024],
    ['1MB', 1_000_000],
    ['1MiB', 1_048_576],
    ['1GB', 1_000_000_000],
    ['1GiB', 1_073_741_824],
    ['1TB', 1_000_000_000_000],
    ['1TiB', 1_099_511_627_776],
    ['1.5MiB', 1_572_864],
    ['1.1kB', 1_100],
    ['1.05kB', 1_050],
    ['1.123456789GB', 1_123_456_789],
    ['2.0B', 2],
    ['9007199254740991B', Number.MAX_SAFE_INTEGER],
  ] as const)('reads %s (middleware/41)', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
    expect(parseSizeText(text)).toBe(bytes)
  })

  test.each([0, 1, 1024, Number.MAX_SAFE_INTEGER])('takes %d as bytes (middleware/41)', (bytes) => {
    expect(parseSize(bytes)).toBe(bytes)
  })

  test.each([
    '',
    ' ',
    '10',
    '10abc',
    '10 apples',
    '1e3',
    '1e3B',
    '0x10B',
    ' 5B',
    '5B ',
    '5B\n',
    '5 B',
    '-1B',
    '+1B',
    '1.5.2MB',
    '.5MB',
    '5.MB',
    '05MB',
    '1_000B',
    '1KB',
    '1kib',
    '1mb',
    '1Mb',
    '1K',
    '1M',
    '1b',
    '1PB',
    '1MiB1KiB',
    '0.5B',
    '1.1KiB',
    '0.0000000001kB',
    'B',
    'NaN',
    'InfinityB',
    '9007199254740992B',
    '99999999TiB',
    '99999999999999999B',
    '1toString',
    '__proto__',
  ])('refuses %j and quotes it (middleware/41)', (text) => {
    const error = thrown(() => parseSizeText(text))
    expect(error.code).toBe('ERR_SIZE')
    expect(error.message).toContain(`Not a size: ${JSON.stringify(text)}. Write `)
  })

  test.each([Number.NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53])('refuses the number %d (middleware/41)', (bytes) => {
    const error = thrown(() => parseSize(bytes))
    expect(error.code).toBe('ERR_SIZE')
    expect(error.message).toContain(`Not a size: ${bytes}.`)
  })

  test.each([[undefined], [null], [true], [{}], [[]], [1n], [Symbol('s')], [() => 1]])(
    'refuses a value of another type (middleware/41)',
    (value) => {
      // @ts-expect-error what JavaScript callers can still do
      expect(thrown(() => parseSize(value)).code).toBe('ERR_SIZE')
    },
  )

  test.each([
    ['10', 'Write "10B", "10KiB" or "10MiB".'],
    ['10KB', 'Write "10KiB" (powers of 1024) or "10kB" (powers of 1000).'],
    ['1.5m', 'Write "1.5MiB" (powers of 1024) or "1.5MB" (powers of 1000).'],
  ])('says what to write instead of %s (middleware/41)', (text, cure) => {
    expect(thrown(() => parseSizeText(text)).message).toBe(`Not a size: "${text}". ${cure}`)
  })
})

function thrown(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (isSeaworthyError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
