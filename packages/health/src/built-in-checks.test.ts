import { createServer } from 'node:net'
import { tmpdir, totalmem } from 'node:os'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../../test/support/own-server.ts'
import { serve } from '../../../test/support/serve.ts'
import {
  type Check,
  type CheckFunction,
  type CheckResult,
  diskCheck,
  eventLoopCheck,
  health,
  httpCheck,
  memoryCheck,
  postgresCheck,
  tcpCheck,
} from './index.ts'

async function resultOf(check: Check | CheckFunction): Promise<CheckResult> {
  const { checks } = await health({ logger: false, checks: { it: check } }).check()
  return checks['it'] ?? expect.unreachable()
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 4_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('not within 4 s')
    await sleep(60)
  }
}

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** Answers `/<status>` with it, redirects to `/200`, hangs on `/hang`, and never ends the body of `/endless`. */
function peer(asked: string[]): (request: Request) => Response | Promise<Response> {
  return (request) => {
    const { pathname, search } = new URL(request.url)
    asked.push(`${request.method} ${pathname}${search}`)
    if (pathname === '/hang') return new Promise(() => {})
    if (pathname === '/endless')
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(9)) }))
    if (pathname === '/key') return new Response(null, { status: request.headers.get('x-key') === 'k' ? 200 : 401 })
    const status = Number(pathname.slice(1)) || 200
    return new Response(null, { status, headers: status >= 300 && status < 400 ? { location: '/200' } : {} })
  }
}

describe('httpCheck', () => {
  test('passes on 2xx and nothing else, and follows no redirect (health/30)', async () => {
    const asked: string[] = []
    await using server = await serve(peer(asked))
    for (const status of [200, 201, 204, 299]) {
      expect((await resultOf(httpCheck(`${server.url}/${status}`))).status).toBe('pass')
    }
    asked.length = 0
    for (const status of [301, 302, 303, 307, 308, 304, 400, 401, 404, 429, 500, 503]) {
      const result = await resultOf(httpCheck(`${server.url}/${status}`))
      expect([result.status, result.output]).toEqual(['fail', `it was answered ${status}`])
    }
    expect(asked).not.toContain('GET /200')
    expect(asked).toHaveLength(12)
  })

  test('asks for /livez unless told otherwise (health/31)', async () => {
    const asked: string[] = []
    await using server = await serve(peer(asked))
    for (const check of [
      httpCheck(server.url),
      httpCheck(new URL(server.url)),
      httpCheck(`${server.url}/ping?x=1`),
      httpCheck(server.url, { path: '/' }),
      httpCheck(`${server.url}/?ready`),
    ]) {
      expect((await resultOf(check)).status).toBe('pass')
    }
    expect(asked).toEqual(['GET /livez', 'GET /livez', 'GET /ping?x=1', 'GET /', 'GET /?ready'])
  })

  test('waits for one second, a given time, or what the check says (health/30)', async () => {
    await using server = await serve(peer([]))
    const url = `${server.url}/hang`
    const [usual, short, shorter] = await Promise.all([
      resultOf(httpCheck(url)),
      resultOf(httpCheck(url, { timeout: '100ms' })),
      resultOf({ check: httpCheck(url), timeout: '50ms' }),
    ])
    expect(usual.output).toBe('no answer within 1000 ms')
    expect(short.output).toBe('no answer within 100 ms')
    expect(shorter.output).toBe('no answer within 50 ms')
  })

  test('does not wait for the body, sends headers, and uses the given fetch (health/30)', async () => {
    await using server = await serve(peer([]))
    expect((await resultOf(httpCheck(`${server.url}/endless`))).status).toBe('pass')
    expect((await resultOf(httpCheck(`${server.url}/key`))).status).toBe('fail')
    expect((await resultOf(httpCheck(`${server.url}/key`, { headers: { 'x-key': 'k' } }))).status).toBe('pass')
    const urls: string[] = []
    const send = async (url: string): Promise<Response> => {
      urls.push(url)
      return new Response(null, { status: 204 })
    }
    expect((await resultOf(httpCheck('https://peer.example:8443/a', { fetch: send }))).status).toBe('pass')
    expect(urls).toEqual(['https://peer.example:8443/a'])
  })

  test('a peer that is not there fails with the reason (health/30)', async () => {
    const result = await resultOf(httpCheck(`http://127.0.0.1:${await freePort()}`))
    expect(result.status).toBe('fail')
    expect(result.output).toMatch(/ECONNREFUSED|Unable to connect/)
  })
})

describe('postgresCheck', () => {
  test('asks SELECT 1 through query, unsafe or a function, and fails with what it rejects with (health/32)', async () => {
    const asked: string[] = []
    const ask = async (text: string): Promise<void> => void asked.push(text)
    const template = Object.assign(() => expect.unreachable(), { unsafe: ask })
    for (const client of [{ query: ask }, template, () => ask('own')]) {
      expect((await resultOf(postgresCheck(client))).status).toBe('pass')
    }
    expect(asked).toEqual(['SELECT 1', 'SELECT 1', 'own'])
    const broken = { query: () => Promise.reject(new Error('too many clients already')) }
    expect((await resultOf(postgresCheck(broken))).output).toBe('too many clients already')
  })
})

describe('tcpCheck', () => {
  test('passes where something listens and fails where nothing does (health/37)', async () => {
    const sockets: unknown[] = []
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : expect.unreachable()
    const check = tcpCheck({ host: '127.0.0.1', port })
    expect((await resultOf(check)).status).toBe('pass')
    const aborted = new AbortController()
    const stopped = check(aborted.signal)
    aborted.abort()
    const error: unknown = await Promise.resolve(stopped).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    await new Promise((resolve) => server.close(resolve))
    const result = await resultOf(check)
    expect([result.status, result.output]).toEqual(['fail', `connect ECONNREFUSED 127.0.0.1:${port}`])
  })
})

describe('the process and its machine', () => {
  test('memoryCheck fails from the given resident size or share on, and shows the bytes (health/35)', async () => {
    for (const used of [totalmem(), '100%'] as const) {
      const result = await resultOf(memoryCheck({ used }))
      expect([result.status, result.observedUnit, result.componentType]).toEqual(['pass', 'bytes', 'system'])
      expect(Number(result.observedValue) / process.memoryUsage.rss()).toBeGreaterThan(0.5)
      expect(Number(result.observedValue) / process.memoryUsage.rss()).toBeLessThan(2)
    }
    for (const used of ['1MiB', '0.001%', 1] as const) {
      const result = await resultOf(memoryCheck({ used }))
      expect([result.status, /^\d+ of \d+ bytes are used$/.test(result.output ?? '')]).toEqual(['fail', true])
    }
  })

  test('diskCheck fails below the given free space or share, and where the path is not there (health/36)', async () => {
    const path = tmpdir()
    for (const free of ['1MiB', '0.001%'] as const) {
      const result = await resultOf(diskCheck({ path, free }))
      expect([result.status, result.observedUnit]).toEqual(['pass', 'bytes'])
      expect(Number(result.observedValue)).toBeGreaterThan(2 ** 20)
    }
    for (const free of ['8000TiB', '100%'] as const) {
      const result = await resultOf(diskCheck({ path, free }))
      expect([result.status, /^\d+ of at least \d+ bytes are free$/.test(result.output ?? '')]).toEqual(['fail', true])
    }
    expect((await resultOf(diskCheck({ path: `${path}/not/there`, free: 1 }))).output).toContain('ENOENT')
  })

  test('eventLoopCheck fails when the loop was held up, and passes again after it (health/34)', async () => {
    const check = eventLoopCheck({ p99: '150ms' })
    await sleep(60)
    expect((await resultOf(check)).observedUnit).toBe('ms')
    await sleep(60)
    block(400)
    await sleep(60)
    const held = await resultOf(check)
    expect([held.status, held.output]).toEqual(['fail', `the event loop was late by ${held.observedValue} ms at p99`])
    expect(Number(held.observedValue)).toBeGreaterThan(350)
    expect(Number(held.observedValue)).toBeLessThan(3_000)
    await sleep(60)
    expect(Number((await resultOf(check)).observedValue)).toBeLessThan(Number(held.observedValue))
    await eventually(async () => (await resultOf(check)).status === 'pass')
  })
})
