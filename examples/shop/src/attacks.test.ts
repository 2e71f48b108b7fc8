import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, bearer, issuer, password, person } from './testing/credentials.ts'
import { client, OpenedShop, somebody } from './testing/opened-shop.ts'
import type { Answer } from './testing/running-service.ts'

const perAddress = 80
const perCaller = 60
const failures = 8
let shop: OpenedShop
beforeAll(async () => {
  shop = await OpenedShop.start({
    ORDERS_PER_ADDRESS: String(perAddress),
    ORDERS_PER_CALLER: String(perCaller),
    ORDERS_FAILURES: String(failures),
  })
}, 60_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

/** Sends more than a limit lets through, all at once, and gives the answers; what has come back meanwhile is allowed. */
async function beyond(limit: number, call: (i: number) => Promise<Answer>): Promise<Answer[]> {
  const start = performance.now()
  const answers = await Promise.all(Array.from({ length: limit + 30 }, (_, i) => call(i)))
  const comeBack = Math.ceil(((performance.now() - start) / 60_000) * limit)
  const passed = answers.filter(({ status }) => status === 200).length
  expect([passed >= limit, passed <= limit + comeBack]).toEqual([true, true])
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(answers.length - passed)
  return answers
}

describe('limits', () => {
  test('count an address before it is known who calls, and say so', async () => {
    const address = client()
    const answers = await beyond(perAddress, () => shop.ask('/catalogue', address))
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.body).toMatchObject({ code: 'limited', 'violated-policies': ['per-address'] })
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused?.headers.get('ratelimit')).toMatch(/^"per-address";r=0;t=\d+$/)
    expect((await shop.ask('/catalogue', client())).status).toBe(200)
  })

  test('count a caller wherever it calls from, by whatever token', async () => {
    const sub = crypto.randomUUID()
    const call = (): Promise<Answer> => shop.ask('/orders', { ...client(), ...person({ sub }) })
    const answers = await beyond(perCaller, call)
    expect(answers.find(({ status }) => status === 200)?.headers.get('ratelimit-policy')).toBe(
      `"per-address";q=${perAddress};w=60, "per-caller";q=${perCaller};w=60`,
    )
    expect((await shop.ask('/orders', somebody())).status).toBe(200)
  })

  test('are not escaped by what a client writes left of its address, nor within one /64 of IPv6', async () => {
    const spoofed = (i: number): Record<string, string> => client(`192.0.2.${i}, 203.0.113.77`)
    const aliased = (i: number): Record<string, string> => client(`2001:db8:1:2:${(i * 199).toString(16)}::${i}`)
    for (const headers of [spoofed, aliased]) await beyond(perAddress, (i) => shop.ask('/catalogue', headers(i)))
    // The control: the next /64 is another subscriber.
    expect((await shop.ask('/catalogue', client('2001:db8:1:3::1'))).status).toBe(200)
  })
})

describe('over a socket', () => {
  const good = (): string => person({ sub: crypto.randomUUID() })['authorization'] ?? ''

  test('two credentials in one request are refused, however they are sent', async () => {
    const basic = admin()['authorization'] ?? ''
    const { key } = await shop.newKey()
    const ambiguous = [
      `authorization: ${good()}\nauthorization: ${good()}`,
      `authorization: ${good()}\nauthorization: ${basic}`,
      `authorization: ${good()}, ${good()}`,
      `authorization: ${good()},${good()}`,
      `x-api-key: ${key}\nx-api-key: ${key}`,
      `x-api-key: ${key}\nauthorization: ApiKey ${key}`,
    ]
    for (const headers of ambiguous) {
      const { status, text } = await shop.raw(`GET /orders HTTP/1.1\n${headers}`)
      expect([headers.replaceAll(/ey[\w.-]+/g, 'token'), status]).toEqual([expect.anything(), 400])
      expect(text).toContain('"code":"malformed"')
    }
    expect((await shop.raw(`GET /orders HTTP/1.1\nauthorization: ${good()}`)).status).toBe(200)
    expect((await shop.raw(`GET /orders HTTP/1.1\nx-api-key: ${key}`)).status).toBe(200)
  })

  test('credentials in another place are none', async () => {
    const token = good().slice('Bearer '.length)
    const { key } = await shop.newKey()
    const basic = admin()['authorization']?.slice('Basic '.length)
    const elsewhere = [
      `GET /orders?access_token=${token} HTTP/1.1`,
      `GET /orders?api_key=${key}&x-api-key=${key} HTTP/1.1`,
      `GET /orders HTTP/1.1\ncookie: token=${token}; access_token=${token}; x-api-key=${key}`,
      `GET /orders HTTP/1.1\nx-api-key: ${token}`,
      `GET /orders HTTP/1.1\nauthorization: Bearer ${key}`,
      `GET /orders HTTP/1.1\nauthorization: Token ${token}`,
      `GET /orders HTTP/1.1\nauthorization: ${token}`,
      `GET /orders HTTP/1.1\nproxy-authorization: Bearer ${token}`,
      `GET /orders HTTP/1.1\nx-forwarded-user: admin\nx-remote-user: admin`,
      `GET /admin/keys?owner=ann HTTP/1.1\nauthorization: Bearer ${basic}`,
      `GET http://admin:${password}@127.0.0.1/admin/keys?owner=ann HTTP/1.1`,
    ]
    for (const [i, request] of elsewhere.entries()) {
      const { status } = await shop.raw(request)
      expect([i, status >= 400]).toEqual([i, true])
    }
  })

  test('no spelling of a path leads round its policy', async () => {
    const paths = [
      ...[
        '/%61dmin/keys',
        '/admin%2Fkeys',
        '/admin/%6beys',
        '//admin/keys',
        '/admin//keys',
        '/ADMIN/keys',
        '/admin/keys/',
      ],
      ...[
        '/orders/../admin/keys',
        '/orders/%2e%2e/admin/keys',
        '/catalogue/../admin/keys',
        '/catalogue%2f..%2fadmin/keys',
      ],
      ...['/admin/keys;x=/catalogue', '/admin/keys%00', '/admin/keys?x=/catalogue', '/admin\\keys', '/./admin/keys'],
      ...['/%6frders', '//orders', '/orders/', '/catalogue/../orders', '/openapi.json/../orders'],
    ]
    for (const path of paths) {
      const separator = path.includes('?') ? '&' : '?'
      const { status, text } = await shop.raw(`GET ${path}${separator}owner=ann HTTP/1.1`)
      expect([path, status < 200 || status >= 400, /"(keys|orders)":/.test(text)]).toEqual([path, true, false])
    }
    // The control: the path itself, with the password.
    const control = await shop.raw(`GET /%61dmin/keys?owner=ann HTTP/1.1\nauthorization: ${admin()['authorization']}`)
    expect([control.status, control.text.includes('"keys":')]).toEqual([200, true])
  })

  test('what answers for all methods opens nothing, and no method is a way round', async () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE', 'get', 'X']
    for (const path of ['/orders', '/orders/7', '/orders/7/cancel', '/admin/keys', '/admin/keys/7', '/nowhere']) {
      for (const method of methods) {
        const override = method === 'GET' ? '' : '\nx-http-method-override: GET\nx-method-override: GET'
        const { status, text } = await shop.raw(`${method} ${path} HTTP/1.1\ncontent-length: 0${override}`)
        // No status at all: what is no method is not answered by every runtime.
        expect([method, path, status < 400]).toEqual([method, path, false])
        expect(/"(keys|orders)":/.test(text)).toBe(false)
      }
    }
  })

  test('credentials that came over plain HTTP are refused, and not asked for', async () => {
    const from = { ...client(), 'x-forwarded-proto': 'http' }
    const { status, text } = await shop.raw(`GET /orders HTTP/1.1\nauthorization: ${good()}`, from)
    expect([status, text.toLowerCase().includes('www-authenticate')]).toEqual([403, false])
    expect(text).toContain('insecure_transport')
  })

  test('a flood of passwords stops at its limit, and leaves the shop open to others', async () => {
    const address = client()
    const flood = Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        shop.ask('/admin/keys?owner=ann', { ...address, ...admin('admin', `guess ${i}`) }),
      ),
    )
    const start = performance.now()
    expect((await shop.ask('/orders', somebody())).status).toBe(200)
    expect((await fetch(`${shop.orders.url}/livez`)).status).toBe(200)
    expect(performance.now() - start).toBeLessThan(3_000)
    const statuses = (await flood).map(({ status }) => status)
    expect(statuses.every((status) => [401, 429, 503].includes(status))).toBe(true)
    const after = await shop.ask('/admin/keys?owner=ann', { ...address, ...admin('admin', 'one more') })
    expect([after.status, Number(after.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await shop.ask('/admin/keys?owner=ann', { ...client(), ...admin() })).status).toBe(200)
  })

  test('a flood of tokens and keys stops at its limit', async () => {
    const other = (i: number): string => issuer.token({ aud: 'orders', sub: `${i}`, exp: 1 })
    for (const headers of [(i: number) => bearer(other(i)), (i: number) => ({ 'x-api-key': `shop_guess${i}` })]) {
      const address = client()
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => shop.ask('/orders', { ...address, ...headers(i) })),
      )
      const count = (wanted: number): number => answers.filter(({ status }) => status === wanted).length
      expect(count(401) + count(429)).toBe(40)
      expect((await shop.ask('/orders', { ...address, ...headers(41) })).status).toBe(429)
    }
  })

  test('an unknown admin is refused as a wrong password is, and as slowly', async () => {
    const tries: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    const said = new Set<string>()
    for (let i = 0; i < 5; i++) {
      for (const [kind, user] of [
        ['known', 'admin'],
        ['unknown', `nobody${i}`],
      ] as const) {
        const start = performance.now()
        const { status, headers, text } = await shop.ask('/admin/keys', { ...client(), ...admin(user, `guess ${i}`) })
        tries[kind].push(performance.now() - start)
        said.add(JSON.stringify([status, text, [...headers].filter(([name]) => !/^(date|x-request-id)$/.test(name))]))
      }
    }
    expect([...said]).toHaveLength(1)
    const [known = 0, unknown = 0] = [tries.known, tries.unknown].map((times) => times.toSorted((a, b) => a - b)[2])
    // Not how fast, but that the hash of a password is computed for both: that takes many times a refusal without.
    expect(unknown).toBeGreaterThan(known / 4)
  })
})
