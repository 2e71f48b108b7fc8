import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import {
  clock,
  endpoint,
  fail,
  guardWith,
  issuer,
  serveKeys,
  statuses,
  useKeyEndpoint,
} from './key-endpoint.test-kit.ts'
import { until, type Endpoint } from './start-endpoint.test-kit.ts'
import { createTestIssuer } from './testing.ts'

useKeyEndpoint()

describe('an endpoint that fails', () => {
  test('from the start is 503 with Retry-After, and is asked ever more rarely (jwt/47)', async () => {
    endpoint.answer = fail
    const guard = guardWith()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      const answer = await ask(guard, issuer.token())
      expect(answer).toMatchObject({ status: 503, challenge: null })
      const wait = Number(answer.retryAfter)
      waits.push(wait)
      clock.advance(wait * 1000 - 1)
      await statuses(guard, [issuer.token(), issuer.token()])
      expect(endpoint.asked).toHaveLength(i + 1)
      clock.advance(1)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    endpoint.answer = serveKeys
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  test('later leaves the old keys in use, without a wait, until the bound, and then is 503 (jwt/48)', async () => {
    const guard = guardWith({ maxAge: '10m', staleIfError: '1h' })
    await ask(guard, issuer.token())
    endpoint.answer = fail
    clock.advance('10m')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    endpoint.answer = (request, response) => void held.then(() => fail(request, response))
    clock.advance('59m59s')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    release()
    endpoint.answer = fail
    clock.advance('1s')
    expect((await ask(guard, issuer.token())).status).toBe(503)
    endpoint.answer = serveKeys
    clock.advance('2m')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  test('is 503 for a key that is not known, which may be a new one (jwt/48)', async () => {
    const guard = guardWith()
    await ask(guard, issuer.token())
    endpoint.answer = fail
    clock.advance('5m')
    const rotated = createTestIssuer().token()
    expect((await ask(guard, rotated)).status).toBe(503)
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  const never: Endpoint['answer'] = () => {}
  const drip: Endpoint['answer'] = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  const huge: Endpoint['answer'] = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(64 * 1024, ' ')
    let sent = 0
    const write = (): void => {
      while (sent < 20_000_000 && response.writable && !response.destroyed) {
        sent += chunk.length
        if (!response.write(chunk)) return void response.once('drain', write)
      }
      response.end(JSON.stringify(issuer.jwks()))
    }
    write()
  }
  const answers: [string, Endpoint['answer']][] = [
    ['silence', never],
    ['a slow drip', drip],
    ['a body of 20 MB', huge],
    [
      'a body that is too large by its own word',
      (_request, response) =>
        void response.writeHead(200, { 'content-length': '20000000' }).end(Buffer.alloc(20_000_000)),
    ],
    [
      'a redirect to the keys',
      (request, response) =>
        request.url === '/keys'
          ? serveKeys(request, response)
          : void response.writeHead(302, { location: '/keys' }).end(),
    ],
    [
      'a permanent redirect',
      (_request, response) => void response.writeHead(308, { location: 'https://attacker.test/' }).end(),
    ],
    ['404', (_request, response) => void response.writeHead(404).end()],
    ['204', (_request, response) => void response.writeHead(204).end()],
    ['206', (_request, response) => void response.writeHead(206).end(JSON.stringify(issuer.jwks()))],
    ['HTML', (_request, response) => void response.writeHead(200).end('<html>')],
    ['half a document', (_request, response) => void response.writeHead(200).end('{"keys":[')],
    [
      'text that is not UTF-8',
      (_request, response) => void response.writeHead(200).end(Buffer.from([0x22, 0xff, 0x22])),
    ],
    ['a broken connection', (_request, response) => void response.destroy()],
    [
      'a connection that breaks in the body',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{', () => response.destroy())
      },
    ],
  ]

  test.each(answers)('by %s is 503 within the timeout, and its keys are not used (jwt/49)', async (_what, answer) => {
    endpoint.answer = answer
    const guard = guardWith({ timeout: '300ms' })
    const begun = performance.now()
    expect((await ask(guard, issuer.token())).status).toBe(503)
    expect(performance.now() - begun).toBeLessThan(2_000)
    // Bun asks once more when a connection breaks.
    expect(new Set(endpoint.asked)).toEqual(new Set(['/jwks']))
    expect(endpoint.asked.length).toBeLessThanOrEqual(2)
    endpoint.answer = serveKeys
    clock.advance('1s')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  test('by a body that listens to no signal is 503 within the timeout (jwt/49)', async () => {
    const body = (): ReadableStream => new ReadableStream({ pull: () => new Promise(() => {}) })
    const fetch = async (): Promise<Response> => new Response(body())
    expect((await ask(guardWith({ timeout: '50ms', fetch }), issuer.token())).status).toBe(503)
    const silent = (): Promise<Response> => new Promise(() => {})
    expect((await ask(guardWith({ timeout: '50ms', fetch: silent }), issuer.token())).status).toBe(503)
  })

  test('is told of in the check, without a piece of what was sent (jwt/49) (jwt/53)', async () => {
    endpoint.answer = (_request, response) => void response.writeHead(200).end('canary, and no JSON')
    const failure: unknown = await guardWith()
      .check(AbortSignal.timeout(1_000))
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ERR_JWT_JWKS', message: expect.stringContaining('no JSON object') })
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain('canary')
  })

  test('does not say why to the client (jwt/49)', async () => {
    endpoint.answer = (_request, response) => void response.writeHead(418).end('canary')
    const { body } = await ask(guardWith(), issuer.token())
    expect(body).not.toMatch(/418|canary|127\.0\.0\.1|jwks/)
  })
})

describe('the defaults', () => {
  test('are 10 minutes, 1 ahead, an hour when stale, and 30 s of cooldown (jwt/44) (jwt/48)', async () => {
    const guard = guardWith()
    await ask(guard, issuer.token())
    clock.advance('8m59s')
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(1)
    endpoint.answer = fail
    clock.advance('1s')
    await ask(guard, issuer.token())
    await until(() => endpoint.asked.length === 2)
    clock.advance('60m59s')
    expect((await ask(guard, issuer.token())).status).toBe(200)
    clock.advance('1s')
    expect((await ask(guard, issuer.token())).status).toBe(503)
  })

  test('are 512 KiB for a document (jwt/49)', async () => {
    const padded = (size: number): string => JSON.stringify(issuer.jwks()).padEnd(size, ' ')
    endpoint.answer = (_request, response) => void response.writeHead(200).end(padded(512 * 1024 + 1))
    expect((await ask(guardWith(), issuer.token())).status).toBe(503)
    endpoint.answer = (_request, response) => void response.writeHead(200).end(padded(512 * 1024))
    expect((await ask(guardWith(), issuer.token())).body).toBe(prize)
  })

  test('are 5 s for a fetch (jwt/49)', async () => {
    vi.useFakeTimers()
    try {
      const fetch = (): Promise<Response> => new Promise(() => {})
      let status = 0
      const asked = ask(guardWith({ fetch }), issuer.token()).then((answer) => (status = answer.status))
      for (let i = 0; i < 20; i++) await Promise.resolve()
      vi.advanceTimersByTime(4_999)
      for (let i = 0; i < 20; i++) await Promise.resolve()
      expect(status).toBe(0)
      vi.advanceTimersByTime(1)
      await asked
      expect(status).toBe(503)
    } finally {
      vi.useRealTimers()
    }
  })
})
