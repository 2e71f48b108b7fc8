import { handler } from '@seaworthy/middleware'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { consolePage } from './index.ts'
import { logsRequest, metricsRequest, tracesRequest } from './otlp-messages.ts'
import { ProtobufError, readProtobuf, writeProtobuf } from './protobuf.ts'
import { spanId, traceId } from './telemetry.test-kit.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const page = consolePage({ authorize: () => true, retain: { traces: 20, logs: 50, series: 50, memory: '4MiB' } })
const serve = handler(page, () => new Response('the application'))
afterAll(() => page.close())

async function send(signal: string, type: string, body: Uint8Array | string): Promise<number> {
  const request = new Request(`http://localhost/_console/v1/${signal}`, {
    method: 'POST',
    headers: { host: 'localhost', 'content-type': type },
    body: typeof body === 'string' ? body : Uint8Array.from(body),
  })
  request.headers.set('host', 'localhost')
  return (await serve(request)).status
}

async function readAll(): Promise<void> {
  for (const name of ['meta', 'requests', 'logs', 'metrics', 'metrics/routes', 'metrics/runtime', 'map']) {
    const response = await serve(
      new Request(`http://localhost/_console/api/${name}`, { headers: { host: 'localhost' } }),
    )
    expect([name, response.status]).toEqual([name, 200])
    JSON.parse(await response.text())
  }
}

const signals = ['traces', 'logs', 'metrics'] as const
const messages = { traces: tracesRequest, logs: logsRequest, metrics: metricsRequest }

test('whatever bytes come, they are a message or are refused (console/21)', () => {
  fc.assert(
    fc.property(fc.constantFrom(...signals), fc.uint8Array({ maxLength: 200 }), (signal, bytes) => {
      try {
        readProtobuf(bytes, messages[signal], 1_000)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
      }
    }),
    { numRuns },
  )
})

/** Bytes that are protobuf, of fields that are known more often than not. */
const { message } = fc.letrec<{ message: Uint8Array }>((tie) => ({
  message: fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 16 }),
        fc.oneof(
          { maxDepth: 6, depthSize: 'small' },
          fc.nat(),
          fc.string({ maxLength: 8 }),
          fc.constantFrom(Buffer.from(traceId(1), 'hex'), Buffer.from(spanId(1), 'hex')),
          tie('message'),
          tie('message'),
        ),
      ),
      { maxLength: 6 },
    )
    .map((fields) => writeProtobuf(fields)),
}))

test('whatever messages are sent, an answer comes, and all views can be read (console/21)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signals), message, async (signal, bytes) => {
      expect([200, 400]).toContain(await send(signal, 'application/x-protobuf', bytes))
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  )
  await readAll()
})

/** JSON whose members have the names of OTLP, and any values. */
const names = (
  'resourceSpans scopeSpans spans resource attributes key value stringValue intValue arrayValue kvlistValue values events status ' +
  'resourceLogs scopeLogs logRecords body timeUnixNano resourceMetrics scopeMetrics metrics name histogram sum gauge dataPoints ' +
  'bucketCounts explicitBounds exponentialHistogram positive offset traceId spanId startTimeUnixNano links kind count scale'
).split(' ')
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 8, depthSize: 'medium' },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1.5,
      1e300,
      '9007199254740993',
      '1767225600000000000',
      'x',
      '',
      traceId(1),
      spanId(1),
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 4 }),
  ),
}))

/** The way to an item, so that most of what is made arrives there. */
function wrapped(signal: (typeof signals)[number], item: unknown): unknown {
  if (signal === 'traces') return { resourceSpans: [{ resource: item, scopeSpans: [{ scope: item, spans: [item] }] }] }
  if (signal === 'logs') return { resourceLogs: [{ resource: item, scopeLogs: [{ logRecords: [item] }] }] }
  const whole = typeof item === 'object' ? { name: 'm', ...item } : item
  return { resourceMetrics: [{ resource: item, scopeMetrics: [{ metrics: [whole] }] }] }
}

test('whatever JSON is sent, an answer comes, and all views can be read (console/21)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signals), json, fc.boolean(), async (signal, item, wrap) => {
      const ids = { traceId: traceId(1), spanId: spanId(1), ...(typeof item === 'object' ? item : {}) }
      const body = JSON.stringify(wrap ? wrapped(signal, ids) : item)
      expect(await send(signal, 'application/json', body ?? 'null')).toBe(200)
    }),
    { numRuns: Math.ceil(numRuns / 5) },
  )
  await readAll()
})
