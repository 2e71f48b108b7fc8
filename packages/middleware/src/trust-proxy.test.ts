import { connect } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import {
  exchange,
  isFromTrustedProxy,
  middleware,
  setHookErrorReporter,
  trustProxy,
  type TrustProxyOptions,
} from './index.ts'

let reported: unknown[] = []
let restore = (): void => undefined
beforeEach(() => {
  reported = []
  restore = setHookErrorReporter((error) => reported.push(error))
})
afterEach(() => restore())

/** What a service behind a peer says of a request: Node's socket or Bun's server, as both hand it over. */
async function origin(
  options: TrustProxyOptions | undefined,
  peer: string,
  headers: Record<string, string>,
): Promise<string> {
  const app = new Hono()
  if (options) app.use(trustProxy(options))
  app.use(middleware({})).get('/', (c) => {
    const { client, scheme, host } = exchange(c)
    return c.text(`${client} ${scheme} ${host}`)
  })
  const node = { incoming: { socket: { remoteAddress: peer } }, outgoing: undefined }
  const bun = { requestIP: () => ({ address: peer, port: 1 }) }
  const answers = new Set<string>()
  for (const env of [node, bun, { server: bun }]) {
    answers.add(await (await app.request('http://inside:80/', { headers }, env)).text())
  }
  expect(answers.size).toBe(1)
  return [...answers].join()
}

describe('without trustProxy()', () => {
  test('no header is believed (middleware/32)', async () => {
    const headers = {
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil',
      forwarded: 'for=6.6.6.6',
    }
    expect(await origin(undefined, '10.0.0.1', headers)).toBe('10.0.0.1 http inside')
  })

  test('the peer is the address of the socket on a real server (middleware/32)', async () => {
    const app = new Hono().use(middleware({})).get('/', (c) => c.text(`${exchange(c).peer} ${exchange(c).client}`))
    await using server = await serve(app.fetch)
    expect(await (await fetch(server.url)).text()).toBe('127.0.0.1 127.0.0.1')
  })
})

describe('the chain is walked from the right', () => {
  const far = '203.0.113.7'
  test.each<[string, TrustProxyOptions, string, Record<string, string>, string]>([
    ['one trusted hop', 'loopback', '127.0.0.1', { 'x-forwarded-for': far }, `${far} http inside`],
    ['a spoofed left part', 'loopback', '127.0.0.1', { 'x-forwarded-for': `6.6.6.6, ${far}` }, `${far} http inside`],
    ['an untrusted peer', 'loopback', '198.51.100.1', { 'x-forwarded-for': far }, '198.51.100.1 http inside'],
    [
      'private hops',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': `6.6.6.6, ${far}, 192.168.1.1` },
      `${far} http inside`,
    ],
    [
      'only private hops',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': '10.1.1.1, 192.168.1.1' },
      '10.1.1.1 http inside',
    ],
    ['one hop by number', { hops: 1 }, '198.51.100.1', { 'x-forwarded-for': `6.6.6.6, ${far}` }, `${far} http inside`],
    [
      'two hops by number',
      { hops: 2 },
      '198.51.100.1',
      { 'x-forwarded-for': `6.6.6.6, ${far}, 10.0.0.1` },
      `${far} http inside`,
    ],
    ['more hops than entries', { hops: 3 }, '198.51.100.1', { 'x-forwarded-for': far }, `${far} http inside`],
    [
      'ranges',
      { cidrs: ['198.51.100.0/24', 'fd00::/8'] },
      '198.51.100.1',
      { 'x-forwarded-for': `6.6.6.6, ${far}, fd00::5` },
      `${far} http inside`,
    ],
    [
      'an entry that is no address',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': `${far}, unknown` },
      '10.0.0.2 http inside',
    ],
    ['a port', 'private', '10.0.0.2', { 'x-forwarded-for': `${far}:5000` }, `${far} http inside`],
    ['no header', 'private', '10.0.0.2', {}, '10.0.0.2 http inside'],
    [
      'scheme and host',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': far, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'Shop.example' },
      `${far} https shop.example`,
    ],
    [
      'scheme and host alone',
      'private',
      '10.0.0.2',
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.b:8443' },
      '10.0.0.2 https a.b:8443',
    ],
    [
      'a spoofed scheme before the one of the proxy',
      { hops: 1 },
      '10.0.0.2',
      { 'x-forwarded-for': `6.6.6.6, ${far}`, 'x-forwarded-proto': 'https, http' },
      `${far} http inside`,
    ],
    [
      'a scheme that is none',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': far, 'x-forwarded-proto': 'javascript' },
      `${far} http inside`,
    ],
    [
      'a host that is none',
      'private',
      '10.0.0.2',
      { 'x-forwarded-for': far, 'x-forwarded-host': 'a/b?c' },
      `${far} http inside`,
    ],
    [
      'Forwarded',
      'private',
      '10.0.0.2',
      { forwarded: `for=6.6.6.6, for=${far};proto=https;host=shop.example` },
      `${far} https shop.example`,
    ],
    [
      'Forwarded, quoted IPv6 with a port',
      'private',
      '10.0.0.2',
      { forwarded: 'For="[2001:DB8::1]:4711";Proto=HTTPS' },
      '2001:db8::1 https inside',
    ],
    [
      'Forwarded with a comma in quotes',
      'private',
      '10.0.0.2',
      { forwarded: `for="6.6.6.6, 7.7.7.7", for=${far}` },
      `${far} http inside`,
    ],
    ['Forwarded, hidden', 'private', '10.0.0.2', { forwarded: 'for=_hidden;proto=https' }, '10.0.0.2 https inside'],
    [
      'Forwarded, one parameter twice',
      'private',
      '10.0.0.2',
      { forwarded: `for=${far};for=6.6.6.6` },
      '10.0.0.2 http inside',
    ],
    [
      'both families',
      'private',
      '10.0.0.2',
      { forwarded: 'for=6.6.6.6', 'x-forwarded-for': far },
      '10.0.0.2 http inside',
    ],
    [
      'both families, with the one named',
      { hops: 1, header: 'x-forwarded' },
      '10.0.0.2',
      { forwarded: 'for=6.6.6.6', 'x-forwarded-for': far },
      `${far} http inside`,
    ],
    [
      'both families, with the other named',
      { hops: 1, header: 'forwarded' },
      '10.0.0.2',
      { forwarded: `for=${far}`, 'x-forwarded-for': '6.6.6.6' },
      `${far} http inside`,
    ],
  ])('%s (middleware/33)', async (_name, options, peer, headers, expected) => {
    expect(await origin(options, peer, headers)).toBe(expected)
  })
})

describe('addresses', () => {
  test.each([
    ['::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['127.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
    ['127.0.0.1', '2001:0DB8:0:0::0001', '2001:db8::1'],
    ['127.0.0.1', 'fe80::1%eth0', 'fe80::1'],
    ['127.0.0.1', '0177.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '127.1', '127.0.0.1'],
    ['127.0.0.1', '203.0.113.7%eth0', '127.0.0.1'],
    ['127.0.0.1', '3405803783', '127.0.0.1'],
  ])('of peer %s and client %s are canonical and read strictly (middleware/34)', async (peer, client, expected) => {
    expect(await origin('loopback', peer, { 'x-forwarded-for': client })).toBe(`${expected} http inside`)
  })

  test('of the peer are canonical without trustProxy() as well (middleware/34)', async () => {
    expect(await origin(undefined, '::FFFF:10.1.2.3', {})).toBe('10.1.2.3 http inside')
  })
})

describe('misuse', () => {
  test.each(['client', 'scheme', 'host'] as const)(
    'reading the %s before trustProxy() ran is ERR_TRUST_PROXY_ORDER (middleware/35)',
    async (member) => {
      const app = new Hono()
        .use(middleware({ before: (x) => void x[member] }), trustProxy('loopback'))
        .get('/', (c) => c.text('ok'))
      expect((await app.request('/')).status).toBe(500)
      expect(reported).toEqual([expect.objectContaining({ code: 'ERR_TRUST_PROXY_ORDER' })])
    },
  )

  test.each<[unknown]>([
    [{ hops: 0 }],
    [{ hops: 1.5 }],
    [{ hops: Number.NaN }],
    [{ cidrs: [] }],
    [{ cidrs: ['10.0.0.0/33'] }],
    [{ cidrs: ['example.com'] }],
    [{ cidrs: ['10.0.0.0/'] }],
    [{}],
    ['all'],
  ])('%j is refused at construction (middleware/35)', (options) => {
    expect(() => trustProxy(options as TrustProxyOptions)).toThrow(expect.objectContaining({ code: 'ERR_TRUST_PROXY' }))
  })
})

describe('headers that a client fills up', () => {
  const far = '203.0.113.7'
  const filled: Record<string, string> = {
    'empty entries': ','.repeat(100_000),
    'IPv6 addresses': '::1,'.repeat(25_000),
    'an open quote': '"'.repeat(99_999),
    backslashes: `"${'\\\\'.repeat(50_000)}",`,
    'one long entry': `${'1'.repeat(100_000)},`,
    brackets: `${'['.repeat(100_000)},`,
  }

  test.each(Object.entries(filled))('with %s cost no more than others (middleware/52)', async (_name, text) => {
    const start = performance.now()
    expect(await origin({ hops: 1 }, '10.0.0.2', { 'x-forwarded-for': `${text}${far}` })).toContain(' http inside')
    expect(await origin({ hops: 1 }, '10.0.0.2', { forwarded: `${text}for=${far}` })).toContain(' http inside')
    // Three answers for each: at 100,000 characters reading every entry took more than two seconds.
    expect(performance.now() - start).toBeLessThan(500)
  })

  test('are believed at their right end all the same (middleware/52) (middleware/33)', async () => {
    const many = '6.6.6.6, '.repeat(1_000)
    expect(await origin({ hops: 1 }, '10.0.0.2', { 'x-forwarded-for': many + far })).toBe(`${far} http inside`)
    const elements = 'for=6.6.6.6;host=evil, '.repeat(1_000)
    const forwarded = `${elements}for=${far};proto=https;host=shop.example`
    expect(await origin({ hops: 1 }, '10.0.0.2', { forwarded })).toBe(`${far} https shop.example`)
  })
})

test('a malformed Host header does not change the path or the scheme (middleware/32) (middleware/45)', async () => {
  const app = new Hono().use(middleware({})).notFound((c) => {
    const { path, scheme } = exchange(c)
    return c.text(`${path} ${scheme}`)
  })
  await using server = await serve(app.fetch)
  for (const host of ['a b', 'u:p@h', 'h/x', '[::1']) {
    const socket = connect(server.port, '127.0.0.1')
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())))
    socket.write(`GET /x?y=http://z/livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    // node-server refuses such a request; Bun hands over a URL without scheme and authority.
    expect(await answer).toMatch(/^HTTP\/1.1 (?:400 |200 [^]*\/x http$)/)
    socket.destroy()
  }
})

test('the scheme is that of the socket, not of a URL that the client writes as its target (middleware/32)', async () => {
  const app = new Hono().use(middleware({})).get('/', (c) => {
    const { scheme, host } = exchange(c)
    return c.text(`${scheme} ${host}`)
  })
  await using server = await serve(app.fetch)
  for (const target of ['https://shop.example/', 'HTTPS://shop.example/', 'http://shop.example/', '/']) {
    const socket = connect(server.port, '127.0.0.1')
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())))
    socket.write(`GET ${target} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n`)
    expect(await answer).toMatch(/^HTTP\/1.1 (?:400 |200 [^]*\r\n\r\nhttp shop.example$)/)
    socket.destroy()
  }
})

test('tells whether the peer itself is a trusted proxy, whatever the headers say (middleware/33)', async () => {
  const trusted = async (options: TrustProxyOptions | undefined, peer: string): Promise<string> => {
    const app = new Hono()
    if (options) app.use(trustProxy(options))
    app.use(middleware({})).get('/', (c) => c.text(String(isFromTrustedProxy(exchange(c)))))
    const headers = { 'x-forwarded-for': '10.0.0.1' }
    const env = { requestIP: () => ({ address: peer, port: 1 }) }
    return (await app.request('/', { headers }, env)).text()
  }
  expect(await trusted({ cidrs: ['10.0.0.0/8'] }, '10.0.0.1')).toBe('true')
  expect(await trusted({ cidrs: ['10.0.0.0/8'] }, '::ffff:10.0.0.1')).toBe('true')
  expect(await trusted({ cidrs: ['10.0.0.0/8'] }, '192.0.2.1')).toBe('false')
  expect(await trusted({ hops: 1 }, '192.0.2.1')).toBe('true')
  expect(await trusted(undefined, '10.0.0.1')).toBe('false')
})
