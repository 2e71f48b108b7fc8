import { SpanStatusCode, type SpanContext } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keepPolicy } from './keep-policy.ts'
import { KeepProcessor } from './keep-processor.ts'

const runs = Number(process.env['FUZZ_RUNS'] ?? 10_000)

/** A trace as it is played: a root that ends well or badly, with children that end before it or after it. */
const traceArbitrary = fc.record({
  bad: fc.boolean(),
  children: fc.array(fc.record({ late: fc.boolean(), failed: fc.boolean() }), { maxLength: 4 }),
})

function spanOf(traceId: string, name: string, failed: boolean, root: boolean): ReadableSpan {
  const spanContext: SpanContext = { traceId, spanId: name, traceFlags: 0 }
  const status = { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET }
  return Object.assign(Object.create(null), {
    name,
    spanContext: () => spanContext,
    parentSpanContext: root ? undefined : spanContext,
    status,
    duration: [0, 0],
  })
}

describe('keep', () => {
  test('for any mixture of traces: those that end badly leave whole, and nothing else leaves (telemetry/26)', () => {
    fc.assert(
      fc.property(fc.array(traceArbitrary, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (traces, choices) => {
        const left: string[] = []
        const exporting = { onEnd: (span: ReadableSpan) => void left.push(span.name) } as SpanProcessor
        const keep = new KeepProcessor(keepPolicy({}), [exporting])
        // Each trace is a list of steps in order; the lists are interleaved at random.
        const steps = traces.map(({ bad, children }, t) => {
          const root = spanOf(`t${t}`, `t${t} root`, bad, true)
          const ends = (late: boolean) =>
            children.flatMap((child, c) =>
              child.late === late ? [() => keep.onEnd(spanOf(`t${t}`, `t${t} child ${c}`, child.failed, false))] : [],
            )
          return [() => keep.onStart(root), ...ends(false), () => keep.onEnd(root), ...ends(true)]
        })
        for (
          let open = steps.filter((list) => list.length > 0);
          open.length > 0;
          open = open.filter((list) => list.length > 0)
        ) {
          open[choices.next().value % open.length]?.shift()?.()
        }
        const expected = traces.flatMap(({ bad, children }, t) =>
          bad ? [`t${t} root`, ...children.map((_, c) => `t${t} child ${c}`)] : [],
        )
        expect(left.toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: runs },
    )
  })
})
