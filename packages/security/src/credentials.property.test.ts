import { createTestExchange } from '@seaworthy/middleware/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { authorizationCredentials, challenge, cookieCredentials, isDenial } from './index.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
/** Text that a header can carry. */
const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
const token68 = fc.stringMatching(/^[\w.~+/-]{1,40}={0,2}$/)
const word = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'BeArEr')

test('any text in Authorization is credentials, a denial or nothing, and never throws (security/27)', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        headerText,
        fc.tuple(word, headerText).map((parts) => parts.join(' ')),
      ),
      (authorization) => {
        const found = authorizationCredentials(createTestExchange({ headers: { authorization } }), 'Bearer')
        if (typeof found === 'string') expect(authorization.toLowerCase()).toMatch(/^\s*bearer /)
        else expect(found === undefined || isDenial(found)).toBe(true)
      },
    ),
    { numRuns },
  )
})

test('one credential is found as it was sent, and two are always refused (security/26) (security/27)', () => {
  fc.assert(
    fc.property(
      word,
      token68,
      word,
      token68,
      fc.constantFrom(',', ', ', ' , ', ',,'),
      (name, one, other, two, comma) => {
        const of = (authorization: string) =>
          authorizationCredentials(createTestExchange({ headers: { authorization } }), 'Bearer')
        expect(of(`${name} ${one}`)).toBe(one)
        expect(of(`${name} ${one}${comma}${other} ${two}`)).toMatchObject({ code: 'malformed' })
      },
    ),
    { numRuns },
  )
})

test('a quoted parameter reads back as it was (security/28)', () => {
  fc.assert(
    fc.property(headerText, (realm) => {
      const written = challenge('Basic', { realm })
      const quoted = /^Basic realm="((?:[^"\\]|\\.)*)"$/.exec(written)?.[1]
      expect(quoted?.replaceAll(/\\(.)/g, '$1')).toBe(realm)
    }),
    { numRuns },
  )
})

test('a cookie is found among any others (security/43)', () => {
  const pair = fc.stringMatching(/^[a-z]{1,6}=[a-z0-9]{0,6}$/)
  const named = (text: string): boolean => text.startsWith('session=')
  fc.assert(
    fc.property(
      fc.array(pair.filter((text) => !named(text))),
      fc.stringMatching(/^[\w-]{1,20}$/),
      fc.nat(),
      (others, value, at) => {
        const cookies = others.toSpliced(at % (others.length + 1), 0, `session=${value}`)
        expect(cookieCredentials(createTestExchange({ headers: { cookie: cookies.join('; ') } }), 'session')).toBe(
          value,
        )
      },
    ),
    { numRuns },
  )
})
