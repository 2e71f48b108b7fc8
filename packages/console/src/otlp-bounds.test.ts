import { gzipSync } from 'node:zlib'
import { handler } from '@seaworthy/middleware'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve, type Running } from '../../../test/support/serve.ts'
import { consolePage, type Console, type LogPage, type Meta } from './index.ts'
import { spanId, traceId } from './telemetry.test-kit.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'
const mebibyte = 1_048_576

let page: Console
let running: Running
beforeEach(async () => {
  page = consolePage()
  running = await serve(handler(page, () => new Response('the application')))
})
afterEach(async () => {
  page.close()
  await running[Symbol.asyncDispose]()
})

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  signal = 'traces',
): Promise<Answer> {
  const all = { 'content-type': json, ...headers }
  const response = await fetch(`${running.url}/_console/v1/${signal}`, { method: 'POST', headers: all, body })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

/** A field of protobuf with a length, written by hand. */
function field(number: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const lengths: number[] = []
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 128) {
      lengths.push(rest)
      break
    }
    lengths.push((rest & 127) | 128)
  }
  return Uint8Array.from(Buffer.concat([Uint8Array.of((number << 3) | 2), Uint8Array.from(lengths), content]))
}

describe('a request', () => {
  test.each([protobuf, json])('as %s is answered in its own form, also when it is empty (console/19)', async (type) => {
    const empty = type === json ? '{}' : ''
    for (const signal of ['traces', 'logs', 'metrics']) {
      const answer = await send(empty, { 'content-type': `${type}; charset=utf-8` }, signal)
      expect(answer).toEqual({ status: 200, type, text: empty })
    }
  })

  test('that is too large as sent is refused (console/20)', async () => {
    const large = await send(new Uint8Array(4 * mebibyte + 1), { 'content-type': protobuf })
    expect([large.status, large.type]).toEqual([413, protobuf])
    expect((await send(' '.repeat(4 * mebibyte - 2) + '{}')).status).toBe(200)
  })

  test('that does not say how large it is, is refused as soon as it is too large (console/20)', async () => {
    using socket = RawSocket.connect(running.port)
    const head = [
      'POST /_console/v1/traces HTTP/1.1',
      'host: localhost',
      `content-type: ${json}`,
      'transfer-encoding: chunked',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const chunk = `${mebibyte.toString(16)}\r\n${' '.repeat(mebibyte)}\r\n`
    for (let i = 0; i < 5; i++) socket.write(chunk)
    expect(await socket.untilText(/^HTTP\/1\.1 \d+/)).toContain('413')
  })

  test('that grows too large when it is decompressed is refused, at little cost (console/20)', async () => {
    const bomb = gzipSync(new Uint8Array(256 * mebibyte))
    expect(bomb.length).toBeLessThan(mebibyte)
    const rss = process.memoryUsage().rss
    const answer = await send(Uint8Array.from(bomb), { 'content-encoding': 'gzip', 'content-type': protobuf })
    expect(answer.status).toBe(413)
    expect(process.memoryUsage().rss - rss).toBeLessThan(100 * mebibyte)
    const fits = gzipSync(' '.repeat(15 * mebibyte) + '{}')
    expect((await send(Uint8Array.from(fits), { 'content-encoding': 'gzip' })).status).toBe(200)
  })

  test('that is too deep, or has too many parts, is refused (console/20)', async () => {
    let deep: Uint8Array<ArrayBuffer> = new Uint8Array()
    for (let i = 0; i < 1_000; i++) deep = field(5, field(1, deep))
    const attribute = field(9, field(2, deep))
    const wrap = (span: Uint8Array) => field(1, field(2, field(2, span)))
    expect(await send(wrap(attribute), { 'content-type': protobuf })).toMatchObject({
      status: 400,
      text: expect.stringContaining('deep'),
    })
    const many = Uint8Array.from(Buffer.concat(Array.from({ length: 450_000 }, () => Uint8Array.of(0x4a, 0))))
    expect(await send(wrap(many), { 'content-type': protobuf })).toMatchObject({
      status: 400,
      text: expect.stringContaining('too much'),
    })
    const nested = `{"resourceSpans":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}`
    expect([200, 400]).toContain((await send(nested)).status)
  })

  test('that stops half-way holds nothing up (console/20)', async () => {
    const sockets = Array.from({ length: 8 }, () => RawSocket.connect(running.port))
    for (const socket of sockets) {
      socket.write(
        `POST /_console/v1/logs HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${json}\r\ncontent-length: 100\r\n\r\n{`,
      )
    }
    const full = async (): Promise<Answer> => {
      for (;;) {
        const answer = await send('{}', {}, 'logs')
        if (answer.status === 503) return answer
      }
    }
    expect((await full()).type).toBe(json)
    for (const socket of sockets) socket[Symbol.dispose]()
    for (;;) if ((await send('{}', {}, 'logs')).status === 200) break
    expect((await fetch(`${running.url}/_console/api/meta`)).status).toBe(200)
  })

  test.each<[string, string, Record<string, string>, number]>([
    ['no JSON', '{"resourceSpans":', {}, 400],
    ['no protobuf', 'no protobuf at all', { 'content-type': protobuf }, 400],
    ['no gzip', 'no gzip', { 'content-encoding': 'gzip' }, 400],
    ['another encoding', '{}', { 'content-encoding': 'br' }, 415],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['JSON of another form', '[1,2,{"resourceSpans":5}]', {}, 200],
    ['JSON that is null', 'null', {}, 200],
  ])('with %s is answered (console/20)', async (_name, body, headers, status) => {
    expect((await send(body, headers)).status).toBe(status)
  })

  test('by another method, and for another signal, is refused (console/20)', async () => {
    const response = await fetch(`${running.url}/_console/v1/traces`)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    await response.text()
    expect((await send('{}', {}, 'profiles')).status).toBe(404)
    expect((await send('{}', {}, 'constructor')).status).toBe(404)
  })
})

test('resources and scopes of any size are bounded, and weighed once (console/23)', async () => {
  const small = consolePage({ retain: { memory: '4MiB' } })
  await using server = await serve(handler(small, () => new Response()))
  const headers = { 'content-type': json }
  const before = process.memoryUsage().rss
  for (let i = 0; i < 120; i++) {
    const attributes = [{ key: `key${i}`, value: { stringValue: 'x'.repeat(200_000) } }]
    const span = { traceId: traceId(i + 1), spanId: spanId(1), name: 'n' }
    const scope = { name: 's'.repeat(100_000), version: 'v'.repeat(100_000) }
    const body = JSON.stringify({
      resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans: [span] }] }],
    })
    await (await fetch(`${server.url}/_console/v1/traces`, { method: 'POST', headers, body })).text()
  }
  const meta: Meta = JSON.parse(await (await fetch(`${server.url}/_console/api/meta`)).text())
  expect(meta.held.memory).toBeLessThan(4 * mebibyte)
  expect(meta.held.traces).toBeGreaterThan(10)
  expect(meta.held.traces).toBeLessThan(120)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * mebibyte)
  small.close()
})

describe('what is rejected is counted', () => {
  const span = { traceId: traceId(1), spanId: spanId(1), name: 'good' }
  const spans = (...all: readonly object[]): string =>
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: all }] }] })

  test('for spans without valid ids (console/22)', async () => {
    const bad = [{ ...span, traceId: 'xyz' }, { ...span, spanId: spanId(0) }, { ...span, traceId: undefined }, {}]
    const { status, text } = await send(spans(span, ...bad))
    expect([status, JSON.parse(text)]).toMatchObject([200, { partialSuccess: { rejectedSpans: '4' } }])
    const meta: Meta = JSON.parse(await (await fetch(`${running.url}/_console/api/meta`)).text())
    expect(meta.held.spans).toBe(1)
  })

  test('in protobuf (console/22)', async () => {
    const body = field(
      1,
      field(2, Uint8Array.from(Buffer.concat([field(2, Uint8Array.of()), field(2, Uint8Array.of())]))),
    )
    const response = await fetch(`${running.url}/_console/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': protobuf },
      body,
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    // partial_success (1), in it rejected_spans (1) = 2 and error_message (2).
    expect([...bytes.subarray(0, 1), ...bytes.subarray(2, 5)]).toEqual([0x0a, 0x08, 2, 0x12])
  })

  test('for spans and points without room (console/22)', async () => {
    await using small = await serve(
      handler(consolePage({ retain: { spansPerTrace: 2, series: 3 } }), () => new Response()),
    )
    const post = async (signal: string, body: string): Promise<unknown> => {
      const response = await fetch(`${small.url}/_console/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': json },
        body,
      })
      return response.json()
    }
    const three = [1, 2, 3].map((id) => ({ ...span, spanId: spanId(id) }))
    expect(await post('traces', spans(...three))).toMatchObject({ partialSuccess: { rejectedSpans: '1' } })
    const dataPoints = [1, 2, 3, 4, 5].map((id) => ({
      asInt: id,
      attributes: [{ key: 'id', value: { intValue: String(id) } }],
    }))
    const metrics = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints } }] }] }] }
    expect(await post('metrics', JSON.stringify(metrics))).toMatchObject({
      partialSuccess: { rejectedDataPoints: '2' },
    })
  })
})

test('names of members do no harm, and values of all kinds are kept (console/19) (console/21)', async () => {
  const value = {
    kvlistValue: {
      values: [
        { key: '__proto__', value: { stringValue: 'kept' } },
        {
          key: 'constructor',
          value: { arrayValue: { values: [{ intValue: '9007199254740993' }, { doubleValue: 'NaN' }, {}] } },
        },
        { key: 'bytes', value: { bytesValue: 'AQI=' } },
      ],
    },
  }
  const record = {
    timeUnixNano: '1767225600000000000',
    body: value,
    attributes: [{ key: '__proto__', value: { boolValue: true } }],
  }
  await send(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }), {}, 'logs')
  const text = await (await fetch(`${running.url}/_console/api/logs`)).text()
  const { logs }: LogPage = JSON.parse(text)
  expect(logs[0]?.message).toBe('{"__proto__":"kept","constructor":["9007199254740993","NaN",null],"bytes":"AQI="}')
  expect(text).toContain('"attributes":{"__proto__":true}')
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})
