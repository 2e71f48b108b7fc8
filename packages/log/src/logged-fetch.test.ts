import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve, type Running } from '../../../test/support/serve.ts'
import { configureLog, createLogger, loggedFetch, type LoggedFetchOptions } from './index.ts'
import { memoryOutput, type MemoryOutput } from './testing.ts'

interface Logged {
  readonly fetch: typeof fetch
  readonly output: MemoryOutput
}

function logged(options: LoggedFetchOptions = {}, inner?: typeof fetch): Logged {
  const output = memoryOutput()
  return { fetch: loggedFetch(inner, { logger: createLogger({ outputs: [output] }), ...options }), output }
}

describe('loggedFetch', () => {
  let server: Running
  beforeEach(async () => {
    server = await serve(async (request: Request) => {
      const { pathname } = new URL(request.url)
      const status = Number(/\d{3}/.exec(pathname)?.[0] ?? 200)
      return new Response(`${request.method} ${await request.text()}`, { status })
    })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  test('writes one line for each call, without query and credentials (log/51)', async () => {
    const { fetch, output } = logged()
    const response = await fetch(`${server.url}/orders?token=canary`, {
      method: 'post',
      body: 'canary',
      headers: { authorization: 'canary' },
    })
    expect(await response.text()).toBe('POST canary')
    expect(output.records).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        msg: `POST 127.0.0.1:${server.port}/orders 200`,
        fields: {
          'http.request.method': 'POST',
          'url.full': `${server.url}/orders`,
          'server.address': '127.0.0.1',
          'server.port': server.port,
          'http.response.status_code': 200,
          duration_ms: expect.any(Number),
        },
      },
    ])
  })

  test('takes what fetch takes (log/51) (log/52)', async () => {
    const { fetch, output } = logged()
    await fetch(new URL(server.url))
    await fetch(new Request(server.url, { method: 'PUT', body: 'a' }))
    await fetch(new Request(server.url), { method: 'DELETE' })
    expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello')
    await expect(fetch('not a url')).rejects.toThrow(TypeError)
    expect(output.records.map(({ fields }) => fields['http.request.method'])).toEqual(['GET', 'PUT', 'DELETE'])
  })

  test('has level error from 400 on, or as its predicate says (log/52)', async () => {
    const levels = async ({ fetch, output }: Logged): Promise<string[]> => {
      for (const status of [200, 399, 400, 404, 500]) await fetch(`${server.url}/${status}`)
      return output.records.map(({ level }) => level)
    }
    expect(await levels(logged())).toEqual(['info', 'info', 'error', 'error', 'error'])
    expect(await levels(logged({ failed: ({ status }) => status >= 500 }))).toEqual([
      'info',
      'info',
      'info',
      'info',
      'error',
    ])
    const broken = logged({
      failed() {
        throw new Error('no')
      },
    })
    expect(await levels(broken)).toEqual(['info', 'info', 'error', 'error', 'error'])
  })

  test('writes the failure of a call and hands it on (log/51) (log/52)', async () => {
    const { fetch, output } = logged()
    await server[Symbol.asyncDispose]()
    await expect(fetch(`${server.url}/orders?token=canary`)).rejects.toThrow(/fetch failed|Unable to connect/)
    expect(output.records).toMatchObject([
      { level: 'error', msg: `GET 127.0.0.1:${server.port}/orders failed`, error: { stack: expect.any(String) } },
    ])
    expect(JSON.stringify(output.records)).not.toContain('canary')
  })

  test('hands on the very error of a call, and its abort (log/52)', async () => {
    const error = new Error('no')
    const failing = logged({}, () => Promise.reject(error))
    await expect(failing.fetch(server.url)).rejects.toBe(error)
    const { fetch, output } = logged()
    await expect(fetch(server.url, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
    expect(output.records).toMatchObject([{ level: 'error', error: { type: 'AbortError' } }])
  })

  test('leaves the response alone (log/52)', async () => {
    const response = new Response('body')
    const { fetch } = logged({}, () => Promise.resolve(response))
    expect(await fetch(server.url)).toBe(response)
    expect(response.bodyUsed).toBe(false)
  })

  test('tells of the call although its fields cannot be made (log/51)', async () => {
    const fields = (): never => {
      throw new Error('no')
    }
    const { fetch, output } = logged({ fields })
    await (await fetch(server.url)).text()
    expect(output.records).toMatchObject([{ fields: { 'http.response.status_code': 200, fields: '[unreadable]' } }])
  })

  test('adds fields, and writes to log by default (log/51)', async () => {
    const output = memoryOutput()
    configureLog({ outputs: [output] })
    await loggedFetch(undefined, { fields: (url, method) => ({ peer: url.port, method }) })(server.url)
    configureLog({ level: 'silent' })
    expect(output.records).toMatchObject([{ fields: { peer: String(server.port), method: 'GET' } }])
  })
})
