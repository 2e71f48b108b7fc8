import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createLogger, overrideLevel, requestLog } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { handler, middleware, requestId, stack, type Exchange, type Middleware } from '@seaworthy/middleware'
import { streamSSE } from 'hono/streaming'
import { describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { debug, logPayloads } from './index.ts'
import { payloadApp, payloads, post } from './payload-app.test-kit.ts'

describe('payloads', () => {
  test('are logged where debug is on, each in a line (debug/39)', async () => {
    const { app, output } = payloadApp()
    const response = await post(app, '{"id":1}')
    expect(await response.text()).toBe('{"id":1}')
    expect(output.records.map(({ level, msg, fields }) => ({ level, msg, fields }))).toEqual([
      {
        level: 'debug',
        msg: 'request payload',
        fields: {
          'http.request.method': 'POST',
          'http.route': '/echo',
          'url.path': '/echo',
          'http.request.body.size': 8,
          payload: '{"id":1}',
        },
      },
      {
        level: 'debug',
        msg: 'response payload',
        fields: {
          'http.request.method': 'POST',
          'http.route': '/echo',
          'url.path': '/echo',
          'http.response.status_code': 200,
          'http.response.body.size': 8,
          payload: '{"id":1}',
        },
      },
    ])
  })

  test('are logged by the option of debug() and in plain Fetch (debug/39)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output], level: 'debug' })
    const watch = debug({ authorize: () => false, logger, payloads: {} })
    expect(watch.control.path).toBe('/debug')
    const fetch = handler(watch, async (request) => Response.json(await request.json()))
    const init = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }
    await (await fetch(new Request('http://localhost/', init))).text()
    expect(output.messages).toEqual(['request payload', 'response payload'])
  })

  test('of other requests are neither read nor copied (debug/39)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output] })
    const requests: Request[] = []
    const answer = Response.json({ a: 1 })
    const fetch = handler(logPayloads({ logger }), (request) => {
      requests.push(request)
      return answer
    })
    const request = new Request('http://localhost/', { method: 'POST', body: '{}' })
    const response = fetch(request)
    expect(response).toBe(answer)
    expect(requests[0]).toBe(request)
    expect([request.bodyUsed, answer.bodyUsed, output.records.length]).toEqual([false, false, 0])
  })

  test('are those of the requests for which debug was switched on (debug/39)', async () => {
    const { app, logger, output } = payloadApp({}, 'info')
    const takeBack = overrideLevel({ level: 'debug', logger, when: (x) => x.header('x-tenant') === 'acme' })
    await (await post(app, '{"n":1}')).text()
    const headers = { 'content-type': 'application/json', 'x-tenant': 'acme' }
    await (await app.request('/echo', { method: 'POST', body: '{"n":2}', headers })).text()
    takeBack()
    await (await app.request('/echo', { method: 'POST', body: '{"n":3}', headers })).text()
    expect(payloads(output)).toEqual(['{"n":2}', '{"n":2}'])
  })

  test('of a caller who becomes known later are logged from then on (debug/39)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output] })
    const guard = middleware({ before: (x) => void (x.caller = { id: 'ann', scheme: 'test' }) })
    const takeBack = overrideLevel({ level: 'debug', logger, when: (x) => x.caller?.id === 'ann' })
    const fetch = (part: Middleware) => handler(part, async (request) => Response.json(await request.json()))
    const ask = async (part: Middleware): Promise<string[]> => {
      const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
      await (await fetch(part)(new Request('http://localhost/', init))).text()
      const messages = [...output.messages]
      output.clear()
      return messages
    }
    expect(await ask(stack(logPayloads({ logger }), guard))).toEqual(['response payload'])
    expect(await ask(stack(guard, logPayloads({ logger })))).toEqual(['request payload', 'response payload'])
    takeBack()
  })

  test('carry the request id, and probes have none (debug/39)', async () => {
    const output = memoryOutput()
    const logger = createLogger({ outputs: [output], level: 'debug' })
    const parts = stack(
      requestId({ generate: () => 'id-1' }),
      requestLog({ logger, ignore: () => true }),
      logPayloads({ logger }),
    )
    await using server = await serve(handler(parts, () => Response.json({ a: 1 })))
    await (await fetch(`${server.url}/`)).text()
    await (await fetch(`${server.url}/livez`)).text()
    await eventually(() => output.records.length > 0, 'a line')
    expect(output.records).toMatchObject([{ msg: 'response payload', requestId: 'id-1' }])
  })

  test('survive a predicate that throws (debug/39)', async () => {
    const { app, output } = payloadApp({
      ignore() {
        throw new Error('no')
      },
    })
    expect(await (await post(app, '{}')).text()).toBe('{}')
    expect(output.records).toEqual([])
  })
})

describe('what is logged of a payload', () => {
  test('ends on a character boundary, and tells what is missing (debug/40)', async () => {
    const { app, output } = payloadApp({ maxSize: 10 })
    const text = JSON.stringify('ab€€€€€')
    expect(await (await post(app, text)).text()).toBe(text)
    expect(payloads(output)).toEqual(['"ab€€…[9 more bytes]', '"ab€€…[9 more bytes]'])
    expect(output.records[0]?.fields['http.request.body.size']).toBe(19)
    output.clear()
    const whole = '{"a":"€€"}'.slice(0, 10)
    await (await post(app, '"abcdefgh"')).text()
    expect(payloads(output)).toEqual(['"abcdefgh"', '"abcdefgh"'])
    expect(whole).toHaveLength(10)
  })

  test('is 1 KiB without more, and as much as is asked for (debug/40) (debug/48)', async () => {
    const text = JSON.stringify('x'.repeat(5_000))
    for (const [options, length] of [
      [{}, 1024],
      [{ maxSize: '4KiB' }, 4096],
    ] as const) {
      const { app, output } = payloadApp(options)
      await (await post(app, text)).text()
      const [payload] = payloads(output)
      expect(payload).toBe(`${text.slice(0, length)}…[${5_002 - length} more bytes]`)
    }
  })

  test('is cut over chunks of any size (debug/40)', async () => {
    const { app, output } = payloadApp({ maxSize: 12 })
    const bytes = new TextEncoder().encode('"😀😀😀😀"')
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    }
    expect(await (await app.request('/echo', init)).text()).toBe('"😀😀😀😀"')
    expect(payloads(output)[0]).toBe('"😀😀…[6 more bytes]')
  })

  test('reads other charsets (debug/40)', async () => {
    const { app, output } = payloadApp()
    await (await post(app, Uint8Array.of(0x22, 0xe9, 0x22), 'application/json; charset=iso-8859-1', '/unread')).text()
    await (await post(app, Uint8Array.of(0x22, 0xe9, 0x22), 'text/plain; charset=iso-8859-1')).arrayBuffer()
    await (await post(app, '"é"', 'text/plain; charset=unheard-of')).arrayBuffer()
    expect(payloads(output)).toEqual(expect.arrayContaining(['"é"']))
  })
})

describe('passing through', () => {
  test('waits for nothing and holds nothing back (debug/42)', async () => {
    const { app, output } = payloadApp()
    const arrivals: number[] = []
    app.get('/events', (c) =>
      streamSSE(c, async (sse) => {
        for (let i = 0; i < 4; i++) {
          await sse.writeSSE({ data: String(i) })
          await sse.sleep(60)
        }
      }),
    )
    await using server = await serve(app.fetch)
    const response = await fetch(`${server.url}/events`)
    const begun = performance.now()
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk)
      arrivals.push(performance.now() - begun)
    }
    expect(text).toBe('data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n')
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(100)
    await eventually(() => output.records.length === 1, 'the line')
    expect(payloads(output)).toEqual([text])
  })

  test('gives what was sent, however large, over real sockets (debug/42)', async () => {
    const { app, output } = payloadApp()
    await using server = await serve(app.fetch)
    const body = JSON.stringify(Array.from({ length: 200_000 }, (_, i) => i))
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${server.url}/echo`, { method: 'POST', body, headers })
    expect(await response.text()).toBe(body)
    await eventually(() => output.records.length === 2, 'both lines')
    expect(output.records.map(({ fields }) => fields['http.request.body.size'])).toContain(body.length)
  })

  test('tells of what is no text by type and size (debug/43)', async () => {
    const { app, output } = payloadApp()
    const image = Uint8Array.of(1, 2, 3)
    app.post('/image', async (c) => {
      expect(new Uint8Array(await c.req.arrayBuffer())).toEqual(image)
      return new Response(image, { headers: { 'content-type': 'image/png', 'content-length': '3' } })
    })
    app.get('/zip', () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      return new Response(gzipSync('{}'), { headers })
    })
    const init = { method: 'POST', body: image, headers: { 'content-type': 'image/png', 'content-length': '3' } }
    expect((await app.request('/image', init)).status).toBe(200)
    await app.request('/zip')
    expect(output.records.map(({ msg, fields }) => [msg, fields['payload.type'], 'payload' in fields])).toEqual([
      ['request payload', 'image/png', false],
      ['response payload', 'image/png', false],
      ['response payload', 'application/json', false],
    ])
    expect(output.records[1]?.fields['http.response.body.size']).toBe(3)
  })

  test('tells of a body that nobody read to its end (debug/44)', async () => {
    const { app, output } = payloadApp()
    await using server = await serve(app.fetch)
    const init = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }
    expect(await (await fetch(`${server.url}/unread`, init)).json()).toEqual({ ok: true })
    await eventually(() => output.records.length === 2, 'both lines')
    const line = output.records.find(({ msg }) => msg === 'request payload')
    expect(line?.fields).toMatchObject({ 'payload.complete': false, payload: '' })
  })

  test('tells of a client that left and of a body that failed (debug/44)', async () => {
    const { app, output } = payloadApp()
    const first = new TextEncoder().encode('first')
    app.get('/endless', () => {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(first) })
      return new Response(body, { headers: { 'content-type': 'text/plain' } })
    })
    app.get('/fails', () => {
      let calls = 0
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (calls++ > 0) throw new Error('broken')
          controller.enqueue(first)
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/plain' } })
    })
    await using server = await serve(app.fetch)
    const socket = connect(server.port, '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => (received += chunk.toString()))
    socket.on('error', () => undefined)
    socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually(() => received.includes('first'), 'the first chunk')
    socket.destroy()
    await eventually(() => output.records.length === 1, 'the line')
    expect(output.records[0]?.fields).toMatchObject({ 'payload.complete': false, payload: 'first' })
    output.clear()
    await expect(Promise.resolve(app.request('/fails')).then((response) => response.text())).rejects.toThrow('broken')
    expect(output.records[0]?.fields).toMatchObject({ 'payload.complete': false, payload: 'first' })
  })

  test('leaves status, headers and responses without a body alone (debug/45)', async () => {
    const { app, output } = payloadApp()
    app.get('/cookies', () => {
      const headers = new Headers({ 'content-type': 'text/plain', 'x-a': '1' })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response('ok', { status: 418, statusText: 'Teapot', headers })
    })
    app.get('/none', () => new Response(null, { status: 204 }))
    app.get('/same', () => new Response(null, { status: 304 }))
    app.get('/error', () => Response.error())
    const response = await app.request('/cookies')
    expect([response.status, response.headers.get('x-a')]).toEqual([418, '1'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('ok')
    output.clear()
    expect((await app.request('/none')).status).toBe(204)
    expect((await app.request('/same')).status).toBe(304)
    expect((await app.request('/error')).status).toBe(0)
    const head = await app.request('/cookies', { method: 'HEAD' })
    expect([head.status, head.headers.getSetCookie()]).toEqual([418, ['a=1', 'b=2']])
    expect(output.records).toEqual([])
  })

  test('works with any logger of the shape (debug/39)', async () => {
    const lines: unknown[] = []
    const logger = { debug: (message: string) => void lines.push(message), enabled: () => true }
    const seen: Exchange[] = []
    const part = stack(logPayloads({ logger }), middleware({ before: (x) => void seen.push(x) }))
    await (await handler(part, () => Response.json({}))(new Request('http://localhost/'))).text()
    expect(lines).toEqual(['response payload'])
    expect(seen).toHaveLength(1)
  })
})
