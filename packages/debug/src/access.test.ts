import { request as send } from 'node:http'
import { createLogger, requestLog } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { handler, middleware, stack, type Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { debugApp, operator } from './debug-app.test-kit.ts'
import { debug, type DebugOptions } from './index.ts'

const places = [
  ...['', '/', '/flame', '/profile', '/heap', '/heapsnapshot', '/inflight', '/requests', '/runtime', '/report'],
  ...['/config', '/routes', '/log', '/nothing', '/log/1'],
]
const everything = { config: { port: 1 }, routes: () => [], heapSnapshots: true, clue: true } as const

const mode = process.env['NODE_ENV']
const setMode = (to: string | undefined): void => {
  if (to === undefined) delete process.env['NODE_ENV']
  else process.env['NODE_ENV'] = to
}
afterEach(() => setMode(mode))

describe('authorize', () => {
  const refusing: Record<string, DebugOptions['authorize']> = {
    'is false': () => false,
    throws: () => {
      throw new Error('no')
    },
    rejects: () => Promise.reject(new Error('no')),
    'is true-ish': () => 'yes' as never,
    'resolves to true-ish': async () => 1 as never,
  }

  test('lets nobody in who is not meant, at any place (debug/1)', async () => {
    for (const [name, authorize] of Object.entries(refusing)) {
      const { app, ask } = debugApp({ authorize, ...everything })
      app.all('*', () => new Response('prize'))
      for (const place of places) {
        for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
          const response = await ask(place, { method })
          expect([name, place, method, response.status]).toEqual([name, place, method, 403])
          expect(await response.json()).toEqual({ title: 'Forbidden', status: 403, detail: 'You may not see this.' })
        }
      }
    }
  })

  test('lets in whom it names, also later (debug/1)', async () => {
    const { app, ask } = debugApp({ authorize: async (x) => x.header('x-operator') === 'ann' })
    expect((await ask('/inflight')).status).toBe(200)
    expect((await app.request('/debug/inflight')).status).toBe(403)
    expect((await ask('/nothing')).status).toBe(404)
  })

  test('has to be given (debug/1) (debug/47)', () => {
    for (const authorize of [undefined, 'local', true, null]) {
      expect(() => debug({ authorize: authorize as never })).toThrow(
        expect.objectContaining({ code: 'ERR_DEBUG_OPTION' }),
      )
    }
  })
})

/** Sends a request whose headers are ours alone; `fetch` would set Host itself. */
async function statusOf(port: number, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = send({ port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('loopback', () => {
  const quiet = { info: () => undefined, warn: () => undefined }

  test('is this machine, by its name and through no proxy, at every place (debug/2)', async () => {
    const watch = debug({ authorize: 'loopback', logger: quiet, maxSeconds: 1, ...everything })
    await using server = await serve(new Hono().use(watch).fetch)
    const foreign: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: `evil.example:${server.port}` },
      { host: '10.0.0.1' },
      { host: 'localhost.evil.example' },
      { host: 'localhost', 'x-forwarded-for': '127.0.0.1' },
      { host: 'localhost', 'x-forwarded-host': 'localhost' },
      { host: 'localhost', forwarded: 'for=127.0.0.1' },
      { host: 'localhost', via: '1.1 proxy' },
      { host: 'localhost', 'x-real-ip': '127.0.0.1' },
    ]
    for (const environment of [undefined, 'production', 'development']) {
      setMode(environment)
      for (const place of places) {
        for (const headers of foreign) {
          const status = await statusOf(server.port, `/debug${place}`, headers)
          expect([environment, place, headers, status]).toEqual([environment, place, headers, 403])
        }
      }
      for (const host of ['localhost', `127.0.0.1:${server.port}`, `[::1]:${server.port}`]) {
        expect([host, await statusOf(server.port, '/debug', { host })]).toEqual([host, 200])
      }
    }
  })

  test('is nobody where the peer is not known (debug/2)', async () => {
    const app = new Hono().use(debug({ authorize: 'loopback', logger: quiet }))
    const response = await app.request('http://localhost/debug', { headers: { host: 'localhost' } })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('on the machine itself') })
  })

  test('is not a foreign peer (debug/2)', async () => {
    const answer = (...told: [request: Request, env: unknown]): Response => new Response(String(told.length))
    const fetch = handler(debug({ authorize: 'loopback', logger: quiet }), answer)
    const from = (address: string): unknown => ({ requestIP: () => ({ address, port: 1 }) })
    const request = (): Request => new Request('http://localhost/debug', { headers: { host: 'localhost' } })
    expect((await fetch(request(), from('10.1.2.3'))).status).toBe(403)
    expect((await fetch(request(), from('127.0.0.1'))).status).toBe(200)
  })
})

describe('methods', () => {
  test('GET and HEAD read, POST changes, others are 405 (debug/3)', async () => {
    const { ask } = debugApp(everything)
    const readable = ['', '/inflight', '/requests', '/log', '/config', '/routes']
    for (const place of readable) {
      expect([place, (await ask(place)).status]).toEqual([place, 200])
      const head = await ask(place, { method: 'HEAD' })
      expect([place, head.status, await head.text()]).toEqual([place, 200, ''])
    }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await ask('/log', { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    }
    expect((await ask('/inflight', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD')
  })

  test('HEAD records nothing (debug/3)', async () => {
    const { ask } = debugApp(everything)
    for (const place of ['/profile', '/flame', '/heap', '/heapsnapshot', '/runtime', '/report']) {
      const response = await ask(place, { method: 'HEAD' })
      expect([place, response.status, response.headers.get('allow')]).toEqual([place, 405, 'GET'])
    }
    expect((await ask('/profile?seconds=0.01')).status).toBe(200)
  })
})

describe('pages of other sites', () => {
  const work = ['/profile', '/flame', '/heap', '/heapsnapshot', '/runtime', '/report']
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:81' },
  ]

  test('cannot change or start anything (debug/4)', async () => {
    const { ask, watch } = debugApp(everything)
    for (const headers of foreign) {
      for (const place of work) expect([place, (await ask(place, { headers })).status]).toEqual([place, 403])
      expect((await ask('/log', { method: 'POST', body: '{}', headers })).status).toBe(403)
      expect((await ask('?debug-logs=on', { headers })).status).toBe(403)
    }
    expect(watch.control.levels()).toEqual([])
  })

  test('the own page and no page at all can (debug/4)', async () => {
    const { ask, watch } = debugApp()
    const own: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://localhost' },
    ]
    for (const headers of own) {
      const init = { method: 'POST', body: '{}', headers: { host: 'localhost', ...headers } }
      expect([headers, (await ask('/log', init)).status]).toEqual([headers, 200])
    }
    expect(watch.control.revertLevel()).toBe(4)
  })

  test('can link to what only reads (debug/4)', async () => {
    const { ask } = debugApp()
    expect((await ask('', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })
})

describe('audit', () => {
  test('has a line for every use and refusal (debug/5)', async () => {
    const { app, ask, output, change } = debugApp()
    const caller = middleware({ before: (x) => void (x.caller = { id: 'digest-of-ann', scheme: 'test' }) })
    const known = new Hono().use(caller).mount('/', app.fetch)
    await ask('/inflight')
    await app.request('/debug/log')
    await ask('/log', { method: 'POST', body: '{}', headers: { 'sec-fetch-site': 'cross-site' } })
    await known.request('http://localhost/debug', { headers: operator })
    await change({ level: 'warn', header: 'x-session: canary', for: '1h' })
    await change({ revert: 'all' })
    expect(output.messages).toEqual([
      'debug: GET inflight',
      'debug: refused, not authorised',
      'debug: refused, caused by another site',
      'debug: GET index',
      'debug: POST log',
      'debug: level changed',
      'debug: POST log',
      'debug: level reverted',
    ])
    expect(output.records[0]?.fields).toEqual({
      'debug.action': 'GET inflight',
      'http.request.method': 'GET',
      'url.path': '/debug/inflight',
    })
    expect(output.records[3]?.fields).toMatchObject({ 'debug.caller': 'digest-of-ann' })
    expect(output.records[5]?.fields).toMatchObject({ 'debug.level': { level: 'warn', header: 'x-session' } })
    expect(JSON.stringify(output.records)).not.toContain('canary')
  })

  test('tells the client on a real server (debug/5)', async () => {
    const { app, output } = debugApp()
    await using server = await serve(app.fetch)
    await (await fetch(`${server.url}/debug/log`, { headers: operator })).text()
    expect(output.records[0]?.fields).toMatchObject({ 'client.address': '127.0.0.1' })
  })

  test('is kept back by no buffer and by no level (debug/5)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output], buffer: true, level: 'fatal' })
    const part = stack(requestLog({ logger, ignore: () => true }), debug({ authorize: () => true, logger }))
    await handler(part, () => new Response())(new Request('http://localhost/debug/log'))
    await handler(stack(requestLog({ logger, ignore: () => true }), debug({ authorize: () => false, logger })), () => {
      return new Response()
    })(new Request('http://localhost/debug/log'))
    expect(output.messages).toEqual(['debug: GET log', 'debug: refused, not authorised'])
  })

  test('writes to any logger, and survives one that throws (debug/5)', async () => {
    const lines: string[] = []
    const plain = {
      info: (text: string) => void lines.push(`info ${text}`),
      warn: (text: string) => void lines.push(text),
    }
    const { app, ask } = debugApp({ logger: plain })
    await ask('/log')
    await app.request('/debug')
    expect(lines).toEqual(['info debug: GET log', 'debug: refused, not authorised'])
    const broken = debugApp({
      logger: {
        info() {
          throw new Error('full')
        },
        warn() {
          throw new Error('full')
        },
      },
    })
    expect((await broken.ask('/log')).status).toBe(200)
    expect((await broken.app.request('/debug')).status).toBe(403)
  })
})

describe('answers', () => {
  test('are kept by nobody and embedded by nobody (debug/6)', async () => {
    const { app, ask } = debugApp({ ...everything, heapSnapshots: false })
    const answers = [
      ...(await Promise.all(
        ['', '/log', '/inflight', '/nothing', '/heapsnapshot', '/report'].map((place) => ask(place)),
      )),
      await ask('/profile?seconds=0.01'),
      await ask('/flame?seconds=0.01'),
      await app.request('/debug'),
      await ask('/log', { method: 'PUT' }),
    ]
    for (const { headers, body } of answers) {
      await body?.cancel()
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/)
    }
  })

  test('of pages run their own style and script alone (debug/6)', async () => {
    const { ask } = debugApp(everything)
    for (const place of ['', '/flame?seconds=0.05']) {
      const response = await ask(place)
      const policy = response.headers.get('content-security-policy') ?? ''
      const page = await response.text()
      expect(policy).not.toMatch(/unsafe|https?:|\*|data:/)
      expect(page).not.toMatch(/ style=| on\w+=|src=|<link|@import|url\(|https?:\/\//)
      for (const [, , content = ''] of page.matchAll(/<(style|script)(?: type="module")?>([\s\S]*?)<\/\1>/g)) {
        expect(policy).toContain(`'sha256-${await digest(content)}'`)
      }
    }
  })
})

async function digest(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('base64')
}

describe('paths', () => {
  const answered = async (fetch: (path: string) => Response | Promise<Response>): Promise<void> => {
    for (const path of ['/debug', '/debug/', '/debug/log', '/debug/nothing', '/debug?x']) {
      expect([path, await (await fetch(path)).text()]).not.toEqual([path, 'app'])
    }
    for (const path of ['/', '/debugger', '/debug-log', '/%64ebug', '/Debug', '/a/debug', '/debu']) {
      expect([path, await (await fetch(path)).text()]).toEqual([path, 'app'])
    }
  }
  const part = (): Middleware =>
    debug({ authorize: () => false, logger: { info: () => undefined, warn: () => undefined } })

  test('only its own are answered (debug/7)', async () => {
    const app = new Hono().use(part()).all('*', (c) => c.text('app'))
    await answered((path) => app.request(path))
    const fetch = handler(part(), () => new Response('app'))
    await answered((path) => fetch(new Request(`http://localhost${path}`)))
    const inner = new Hono().use(part()).all('*', (c) => c.text('app'))
    await answered((path) => new Hono().route('/', inner).request(path))
  })

  test('can be moved (debug/7)', async () => {
    const { app, watch } = debugApp({ path: '/ops/debug' })
    app.all('*', (c) => c.text('app'))
    expect(await (await app.request('/debug')).text()).toBe('app')
    expect((await app.request('/ops/debug')).status).toBe(403)
    expect(watch.control.flamePath).toBe('/ops/debug/flame')
  })
})
