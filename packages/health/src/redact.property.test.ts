import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorText } from './error-text.ts'
import { redact } from './redact.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const secret = fc.stringMatching(/^Q[\w!$%^*()+~.-]{6,30}Q$/)
const noise = fc.string({ maxLength: 60 })

test('the password of a connection string never survives, wherever it stands (health/28)', () => {
  fc.assert(
    fc.property(
      secret,
      noise,
      noise,
      fc.constantFrom('postgres', 'redis', 'amqps', 'mongodb+srv'),
      (password, before, after, scheme) => {
        expect(redact(`${before} ${scheme}://app:${password}@db:5432/orders ${after}`)).not.toContain(password)
      },
    ),
    { numRuns },
  )
})

test('a value that is named like a secret never survives (health/28)', () => {
  const names = fc.constantFrom(
    'password',
    'DB_PASSWORD',
    'api-key',
    'client_secret',
    'access_token',
    'PWD',
    'sslpassword',
  )
  fc.assert(
    fc.property(
      secret,
      fc.stringMatching(/^[\w .:/-]{0,60}$/),
      names,
      fc.constantFrom('=', ': ', '='),
      (value, before, name, sign) => {
        expect(redact(`${before} ${name}${sign}${value}`)).not.toContain(value)
      },
    ),
    { numRuns },
  )
})

test('any thrown value becomes one line of 1 to 500 characters, without delay (health/29)', () => {
  const line = /^[^\r\n\u2028\u2029]{1,500}$/
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
      expect(errorText(value)).toMatch(line)
    }),
    { numRuns },
  )
  for (const unit of ['a:', '://', 'a_', 'password=', '@', 'eyJ', '"', ' ', 'x']) {
    const start = performance.now()
    expect(errorText(new Error(unit.repeat(100_000)))).toMatch(line)
    expect(performance.now() - start).toBeLessThan(1_000)
  }
})
