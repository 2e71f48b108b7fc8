import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isCrossSite, isDevelopment, isForwarded, isLoopback, isPromise, isProbe, registerProbe } from './index.ts'
import { createTestExchange } from './testing.ts'

describe('isProbe()', () => {
  test('knows the standard paths and those that were registered (middleware/43)', () => {
    const of = (path: string): boolean => isProbe(createTestExchange({ url: `http://localhost${path}` }))
    expect(['/livez', '/readyz', '/startupz', '/healthz', '/metrics', '/metrics?x=1'].map(of)).toEqual(
      Array(6).fill(true),
    )
    expect(['/', '/livez/', '/orders', '/internal/live'].map(of)).toEqual(Array(4).fill(false))
    registerProbe('/internal/live')
    expect(of('/internal/live')).toBe(true)
  })

  test('knows everything below a path that was registered with a star (middleware/43)', () => {
    const of = (path: string): boolean => isProbe(createTestExchange({ url: `http://localhost${path}` }))
    expect(of('/inside/page')).toBe(false)
    registerProbe('/inside/*')
    expect(['/inside/', '/inside/page', '/inside/a/b?c=/'].map(of)).toEqual(Array(3).fill(true))
    expect(['/inside', '/insides/page', '/other/inside/page', '/*'].map(of)).toEqual(Array(4).fill(false))
  })
})

describe('isLoopback()', () => {
  const of = (peer: string, headers: Record<string, string>): boolean =>
    isLoopback(createTestExchange({ peer, headers }))

  test.each([
    ['127.0.0.1', 'localhost:8080'],
    ['::1', '[::1]:8080'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['127.8.9.1', 'app.localhost'],
  ])('holds for peer %s and host %s (middleware/43)', (peer, host) => {
    expect(of(peer, { host })).toBe(true)
  })

  test.each<[string, Record<string, string>]>([
    ['10.0.0.1', { host: 'localhost' }],
    ['127.0.0.1', { host: 'example.com' }],
    ['127.0.0.1', { host: 'localhost.evil.com' }],
    ['127.0.0.1', { host: '127.0.0.1.evil.com' }],
    ['127.0.0.1', {}],
    ['127.0.0.1', { host: 'localhost', forwarded: 'for=127.0.0.1' }],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-anything': '' }],
    ['127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
    ['127.0.0.1', { host: 'localhost', 'x-real-ip': '127.0.0.1' }],
  ])('does not hold for peer %s with %j (middleware/43)', (peer, headers) => {
    expect(of(peer, headers)).toBe(false)
  })
})

test('isForwarded() tells whether a proxy header is there, and isPromise() what must be waited for (middleware/43)', () => {
  expect(isForwarded(createTestExchange({ headers: { via: '1.1 proxy' } }))).toBe(true)
  expect(isForwarded(createTestExchange({ headers: { host: 'localhost' } }))).toBe(false)
  expect([Promise.resolve(1), 1, null, undefined].map((value) => isPromise(value))).toEqual([true, false, false, false])
})

test.each<[Record<string, string>, boolean]>([
  [{}, false],
  [{ origin: 'https://shop.example' }, false],
  [{ origin: 'http://shop.example' }, true],
  [{ origin: 'https://evil.example' }, true],
  [{ origin: 'null' }, true],
  [{ 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ 'sec-fetch-site': 'same-site' }, true],
  [{ 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' }, true],
  [{ 'sec-fetch-site': '' }, true],
])('isCrossSite() tells of %j that it is %s (middleware/43)', (headers, expected) => {
  const url = 'https://shop.example/orders'
  expect(isCrossSite(createTestExchange({ url, method: 'POST', headers: { host: 'shop.example', ...headers } }))).toBe(
    expected,
  )
})

describe('isDevelopment()', () => {
  const before = process.env['NODE_ENV']
  const put = (mode: string | undefined): void => {
    if (mode === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = mode
  }
  beforeEach(() => put(undefined))
  afterEach(() => put(before))

  test('holds for development and test; unset is production (middleware/43)', () => {
    const of = (mode: string | undefined): boolean => {
      put(mode)
      return isDevelopment()
    }
    expect(['development', 'test', 'production', 'staging', '', undefined].map(of)).toEqual([
      true,
      true,
      ...Array(4).fill(false),
    ])
  })
})
