import { context, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api'
import { AlwaysOffSampler, AlwaysOnSampler, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { httpReceiver } from './http-receiver.fixture.ts'
import type { KeepOptions, Telemetry } from './index.ts'
import { createLab, spanStore } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

const tracer = () => trace.getTracer('tests')

async function keeping(
  keep: KeepOptions | undefined = {},
): Promise<{ telemetry: Telemetry; names: () => Promise<string[]>; spans: ReadableSpan[] }> {
  const { exporter, spans } = spanStore()
  const telemetry = await lab.start({ traces: { exporter, sampler: new AlwaysOffSampler(), ...(keep && { keep }) } })
  const names = async () => {
    await telemetry.forceFlush()
    return spans.splice(0).map(({ name }) => name)
  }
  return { telemetry, names, spans }
}

function start(name: string, parent?: Span, startTime?: number): Span {
  const from = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT
  return tracer().startSpan(name, startTime === undefined ? {} : { startTime }, from)
}

function remoteParent(traceId = '1'.repeat(32), spanId = '2'.repeat(16)): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.NONE, isRemote: true })
}

function fail(span: Span): Span {
  return span.setStatus({ code: SpanStatusCode.ERROR })
}

describe('keep', () => {
  test('is off by default: what the sampler drops is not even recorded (telemetry/25)', async () => {
    const { exporter, spans } = spanStore()
    const telemetry = await lab.start({ traces: { exporter, sampler: new AlwaysOffSampler() } })
    const root = start('root')
    expect(root.isRecording()).toBe(false)
    fail(root).end()
    await telemetry.forceFlush()
    expect(spans).toEqual([])
  })

  test('exports a dropped trace whole when its local root ends in an error (telemetry/26)', async () => {
    const { names } = await keeping()
    const root = start('root')
    const child = start('child', root)
    start('grandchild', child).end()
    child.end()
    expect(await names()).toEqual([])
    fail(root).end()
    expect(await names()).toEqual(['grandchild', 'child', 'root'])
  })

  test('exports one that took too long, and drops the others (telemetry/26)', async () => {
    const { names } = await keeping({ slowerThan: '250ms' })
    const now = Date.now()
    for (const [name, ms] of [
      ['quick', 249],
      ['slow', 250],
      ['slower', 5000],
    ] as const) {
      const root = start(name, undefined, now)
      start(`in ${name}`, root).end()
      root.end(now + ms)
    }
    expect(await names()).toEqual(['in slow', 'slow', 'in slower', 'slower'])
  })

  test('keeps errors and what takes a second by default; each can be switched off (telemetry/26)', async () => {
    async function kept(keep: KeepOptions): Promise<string[]> {
      const { names } = await keeping(keep)
      const now = Date.now()
      fail(start('error', undefined, now)).end(now + 1)
      start('999 ms', undefined, now).end(now + 999)
      start('1 s', undefined, now).end(now + 1000)
      const result = await names()
      await lab.end()
      return result
    }
    expect(await kept({})).toEqual(['error', '1 s'])
    expect(await kept({ slowerThan: false })).toEqual(['error'])
    expect(await kept({ errors: false })).toEqual(['1 s'])
  })

  test('it is the local root that decides: an error inside a trace that ends well is dropped (telemetry/26)', async () => {
    const { names } = await keeping()
    const root = start('root')
    fail(start('child', root)).end()
    root.end()
    expect(await names()).toEqual([])
  })

  test('a local root may have a parent in another service (telemetry/26)', async () => {
    const { names, spans } = await keeping()
    const root = tracer().startSpan('root', {}, remoteParent())
    start('child', root).end()
    fail(root).end()
    await names()
    expect(spans).toEqual([])
    const again = tracer().startSpan('again', {}, remoteParent())
    fail(again).end()
    expect(await names()).toEqual(['again'])
  })

  test('exported spans are marked as sampled, and otherwise as they were (telemetry/26)', async () => {
    const { telemetry, spans } = await keeping()
    const root = start('root').setAttribute('app.key', 'value')
    fail(root).end()
    await telemetry.forceFlush()
    const [kept] = spans
    expect(kept?.spanContext()).toEqual({ ...root.spanContext(), traceFlags: TraceFlags.SAMPLED })
    expect(kept).toMatchObject({ name: 'root', attributes: { 'app.key': 'value' }, ended: true })
    expect(kept?.duration[0]).toBeGreaterThanOrEqual(0)
  })

  test('other services and logs see the trace as not sampled (telemetry/27)', async () => {
    await keeping()
    const root = start('root')
    expect(root.isRecording()).toBe(true)
    expect(root.spanContext().traceFlags).toBe(TraceFlags.NONE)
    context.with(trace.setSpan(ROOT_CONTEXT, root), () => {
      expect(tracer().startSpan('child').spanContext().traceFlags).toBe(TraceFlags.NONE)
    })
  })

  test('what ends after its local root follows the decision (telemetry/26)', async () => {
    const { names } = await keeping()
    const bad = start('bad')
    const lateInBad = start('late in bad', bad)
    const good = start('good')
    const lateInGood = start('late in good', good)
    fail(bad).end()
    good.end()
    lateInBad.end()
    fail(lateInGood).end()
    expect(await names()).toEqual(['bad', 'late in bad'])
  })

  test('a trace that enters the service twice is decided once (telemetry/26)', async () => {
    const { names } = await keeping()
    const first = tracer().startSpan('first', {}, remoteParent())
    const second = tracer().startSpan('second', {}, remoteParent('1'.repeat(32), '3'.repeat(16)))
    start('in first', first).end()
    first.end()
    start('in second', second).end()
    expect(await names()).toEqual([])
    fail(second).end()
    expect(await names()).toEqual(['in first', 'first', 'in second', 'second'])
  })

  test('what the sampler samples goes out once, as always (telemetry/26)', async () => {
    const { exporter, spans } = spanStore()
    const telemetry = await lab.start({ traces: { exporter, sampler: new AlwaysOnSampler(), keep: {} } })
    const root = start('root')
    start('child', root).end()
    fail(root).end()
    await telemetry.forceFlush()
    expect(spans.map(({ name }) => name)).toEqual(['child', 'root'])
  })

  test('records nothing where nothing is exported (telemetry/25)', async () => {
    lab.environment({ OTEL_TRACES_EXPORTER: 'none' })
    await lab.start({ traces: { sampler: new AlwaysOffSampler(), keep: {} } })
    expect(start('root').isRecording()).toBe(false)
  })

  test('goes to every exporter (telemetry/26)', async () => {
    const printed: unknown[] = []
    const dir = vi.spyOn(console, 'dir').mockImplementation((value) => void printed.push(value))
    const collector = await httpReceiver()
    try {
      lab.environment({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
        OTEL_TRACES_EXPORTER: 'otlp,console',
        OTEL_TRACES_SAMPLER: 'always_off',
      })
      const telemetry = await lab.start({ traces: { keep: {} } })
      fail(start('root')).end()
      await telemetry.forceFlush()
      expect(collector.spans).toMatchObject([{ name: 'root', flags: 0x101 }])
      expect(printed).toMatchObject([{ name: 'root' }])
    } finally {
      dir.mockRestore()
      await collector.close()
    }
  })
})

describe('the memory of keep', () => {
  test('holds maxSpans: the oldest traces give way, and their roots still decide for themselves (telemetry/28)', async () => {
    const { names } = await keeping({ maxSpans: 20 })
    const roots = Array.from({ length: 10 }, (_, i) => start(`root ${i}`))
    for (const [i, root] of roots.entries()) for (let n = 0; n < 3; n++) start(`in ${i}`, root).end()
    for (const root of roots) fail(root).end()
    const kept = await names()
    // Each of the last five holds its own place and three spans.
    expect(kept.filter((name) => name.startsWith('in'))).toEqual(
      [5, 6, 7, 8, 9].flatMap((i) => Array(3).fill(`in ${i}`)),
    )
    expect(kept.filter((name) => name.startsWith('root'))).toEqual(roots.map((_, i) => `root ${i}`))
  })

  test('one endless trace does not push out the others (telemetry/28)', async () => {
    const { names } = await keeping({ maxSpans: 1000 })
    const other = start('other')
    start('in other', other).end()
    const endless = start('endless')
    for (let i = 0; i < 5000; i++) start('loop', endless).end()
    fail(other).end()
    expect(await names()).toEqual(['in other', 'other'])
    fail(endless).end()
    const kept = await names()
    expect(kept.filter((name) => name === 'loop')).toHaveLength(500)
    expect(kept.at(-1)).toBe('endless')
  })

  test('roots that never end are bounded too (telemetry/28)', async () => {
    const { names } = await keeping({ maxSpans: 10 })
    const abandoned = Array.from({ length: 1000 }, (_, i) => start(`abandoned ${i}`))
    const root = start('root')
    start('child', root).end()
    fail(root).end()
    expect(await names()).toEqual(['child', 'root'])
    fail(abandoned[0] ?? root).end()
    expect(await names()).toEqual(['abandoned 0'])
  })
})
