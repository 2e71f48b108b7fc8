import { createTestExchange } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { authorizationCredentials, checkOrigin, cookieCredentials, headerCredentials } from './index.ts'

const withCookie = (cookie: string) => createTestExchange({ headers: { cookie } })

describe('a cookie', () => {
  test.each([
    ['session=abc', 'abc'],
    ['a=1; session=abc; b=2', 'abc'],
    ['session="abc"', 'abc'],
    ['session=a=b', 'a=b'],
    ['xsession=abc', undefined],
    ['session2=abc; sessio=n', undefined],
    ['session=', undefined],
    ['session', undefined],
    ['other=session', undefined],
    [';;; =; session=abc;', 'abc'],
    ['\t session \t=\t abc \t', 'abc'],
    ['\u00a0session=abc', undefined],
    ['session\u00a0=abc', undefined],
    ['session=\u00a0abc', '\u00a0abc'],
  ])('is found by its whole name in %j (security/43)', (header, value) => {
    expect(cookieCredentials(withCookie(header), 'session')).toBe(value)
  })

  test('sent twice is ambiguous (security/26)', () => {
    expect(cookieCredentials(withCookie('session=a; session=b'), 'session')).toMatchObject({ code: 'malformed' })
    expect(cookieCredentials(withCookie('session=; session=b'), 'session')).toMatchObject({ code: 'malformed' })
  })

  test('is absent without the header (security/43)', () => {
    expect(cookieCredentials(createTestExchange(), 'session')).toBeUndefined()
  })
})

test('a header with one credential is trimmed, and may be neither empty nor several (security/26)', () => {
  const of = (value: string) => headerCredentials(createTestExchange({ headers: { 'x-key': value } }), 'x-key')
  expect(of('abc')).toBe('abc')
  expect(of('a,b')).toMatchObject({ code: 'malformed' })
  expect(of('')).toMatchObject({ code: 'invalid' })
  expect(headerCredentials(createTestExchange(), 'x-key')).toBeUndefined()
})

test('a comma inside of one credential is left to its scheme (security/26)', () => {
  const of = (authorization: string) =>
    authorizationCredentials(createTestExchange({ headers: { authorization } }), 'Sig')
  expect(of('Sig keyId="a",signature="b"')).toBe('keyId="a",signature="b"')
  expect(of('Sig a, Sig b')).toMatchObject({ code: 'malformed' })
})

test.each([
  ['commas', ','.repeat(100_000)],
  ['commas and spaces', ', '.repeat(50_000)],
  ['words', 'Sig a,b'.repeat(15_000)],
  ['spaces', `Sig a,${' '.repeat(100_000)}`],
])('a long header of %s is read in no time (security/27)', (_, authorization) => {
  const began = performance.now()
  for (let i = 0; i < 5; i++) authorizationCredentials(createTestExchange({ headers: { authorization } }), 'Sig')
  // In a time that grows with the square, it would be minutes.
  expect(performance.now() - began).toBeLessThan(2_000)
})

test('a second credential is found behind any commas and spaces (security/26)', () => {
  const of = (authorization: string) =>
    authorizationCredentials(createTestExchange({ headers: { authorization } }), 'Sig')
  for (const second of ['Bearer', 'DPoP', 'sig', 'SCRAM-SHA-256', 'negotiate'])
    for (const between of [',', ',,', ', ,', ',\t', ' , x, y z, '])
      for (const rest of ['', ' b', ',', '\tb', ' ,c'])
        expect(of(`Sig a${between}${second}${rest}`)).toMatchObject({ code: 'malformed' })
  for (const text of ['Sig a,xBearer b', 'Sig a,Bearer-b', 'Sig a,b Bearer c']) expect(of(text)).toBe(text.slice(4))
})

describe('the origin of a request with ambient credentials', () => {
  const check = (method: string, headers: Record<string, string>, origins?: readonly string[]) =>
    checkOrigin(createTestExchange({ url: 'https://shop.example/x', method, headers }), origins)

  test.each([
    ['POST', { 'sec-fetch-site': 'cross-site' }],
    ['POST', { 'sec-fetch-site': 'same-site' }],
    ['DELETE', { 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' }],
    ['POST', { origin: 'https://evil.example' }],
    ['POST', { origin: 'http://shop.example' }],
    ['POST', { origin: 'https://shop.example.evil.example' }],
    ['POST', { origin: 'null' }],
    ['PURGE', { origin: 'https://evil.example' }],
    ['GET', { origin: 'https://evil.example', upgrade: 'websocket' }],
  ])('refuses %s with %j (security/44)', (method, headers) => {
    expect(check(method, headers)).toMatchObject({ code: 'invalid' })
  })

  test.each([
    ['GET', { 'sec-fetch-site': 'cross-site' }],
    ['HEAD', { origin: 'https://evil.example' }],
    ['POST', { 'sec-fetch-site': 'same-origin' }],
    ['POST', { 'sec-fetch-site': 'none' }],
    ['POST', { origin: 'https://shop.example' }],
    ['POST', {}],
    ['GET', { origin: 'https://shop.example', upgrade: 'websocket' }],
  ])('passes %s with %j (security/44)', (method, headers) => {
    expect(check(method, headers)).toBeUndefined()
  })

  test('may be another one that is named (security/44)', () => {
    const headers = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    expect(check('POST', headers, ['https://app.example'])).toBeUndefined()
    expect(check('POST', headers, ['https://other.example'])).toMatchObject({ code: 'invalid' })
  })
})
