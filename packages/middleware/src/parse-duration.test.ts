import { describe, expect, test } from 'vitest'
import { isSeaworthyError, parseDuration, parseDurationText } from './index.ts'

describe('parseDuration', () => {
  test.each([
    ['0s', 0],
    ['0ms', 0],
    ['1ms', 1],
    ['250ms', 250],
    ['5m', 300_000],
    ['5ms', 5],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1m5ms', 60_005],
    ['2d', 172_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1.5s', 1_500],
    ['1.1s', 1_100],
    ['0.1s', 100],
    ['1m1.05s', 61_050],
    ['0.5ms', 0.5],
    ['0h0m0s', 0],
    ['9007199254740991ms', Number.MAX_SAFE_INTEGER],
  ] as const)('reads %s (middleware/40)', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
    expect(parseDurationText(text)).toBe(ms)
  })

  test.each([0, 1, 0.5, 86_400_000, Number.MAX_SAFE_INTEGER])('takes %d as milliseconds (middleware/40)', (ms) => {
    expect(parseDuration(ms)).toBe(ms)
  })

  test.each([
    '',
    ' ',
    '10',
    '10abc',
    '10 apples',
    '1e3',
    '1e3s',
    '0x10s',
    ' 5s',
    '5s ',
    '5s\n',
    '5 s',
    '-1s',
    '+1s',
    '1.5.2s',
    '.5s',
    '5.s',
    '1.s',
    '05s',
    '1h05m',
    '30m1h',
    '1s1s',
    '1.5h30m',
    '1.0000000001s',
    '1_000s',
    '1,5s',
    '1H',
    '1S',
    '1min',
    '1w',
    '1y',
    '1µs',
    '٣s',
    's',
    'NaN',
    'Infinity',
    'Infinitys',
    'PT1S',
    '99999999999d',
    '9007199254740992ms',
    '99999999999999999ms',
    '__proto__',
  ])('refuses %j and quotes it (middleware/40)', (text) => {
    const error = thrown(() => parseDurationText(text))
    expect(error.code).toBe('ERR_DURATION')
    expect(error.message).toContain(`Not a duration: ${JSON.stringify(text)}.`)
    expect(error.message).toContain('rite ')
  })

  test.each([Number.NaN, Infinity, -Infinity, -1, -0.001, 2 ** 53])('refuses the number %d (middleware/40)', (ms) => {
    const error = thrown(() => parseDuration(ms))
    expect(error.code).toBe('ERR_DURATION')
    expect(error.message).toContain(`Not a duration: ${ms}.`)
  })

  test.each([[undefined], [null], [true], [{}], [[]], [1n], [Symbol('s')], [() => 1]])(
    'refuses a value of another type (middleware/40)',
    (value) => {
      // @ts-expect-error what JavaScript callers can still do
      expect(thrown(() => parseDuration(value)).code).toBe('ERR_DURATION')
    },
  )

  test('says which unit is missing (middleware/40)', () => {
    expect(thrown(() => parseDurationText('10')).message).toBe(
      'Not a duration: "10". It has no unit: write "10s" or "10ms".',
    )
  })

  test('cuts the text in the message when it is long (middleware/40)', () => {
    const error = thrown(() => parseDurationText('9'.repeat(1_000_000)))
    expect(error.message.length).toBeLessThan(250)
    expect(error.message).toContain(`"${'9'.repeat(40)}…"`)
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
