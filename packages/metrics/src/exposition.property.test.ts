import type { Attributes } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPrometheusReader } from './index.ts'
import { labels } from './prometheus-labels.ts'
import { prometheusName } from './prometheus-name.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)

/** Reads the inside of a label set as Prometheus does; throws where it cannot. */
function readLabels(text: string): Map<string, string> {
  const read = new Map<string, string>()
  const form = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/gy
  while (form.lastIndex < text.length) {
    const match = form.exec(text)
    if (match === null) throw new Error(`no label at ${form.lastIndex} of ${JSON.stringify(text)}`)
    const [, name = '', value = ''] = match
    if (read.has(name)) throw new Error(`${name} stands twice in ${text}`)
    read.set(
      name,
      value.replace(/\\(.)/g, (_all, letter) => (letter === 'n' ? '\n' : letter)),
    )
  }
  return read
}

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('le', 'a.b', 'a-b', 'a_b', 'http.route', '__proto__', 'constructor', ''),
)
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom('\\', '"', '\n', '\\n', 'a"b'),
)

test('any attributes are labels that can be read back (metrics/54)', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (attributes: Attributes) => {
      const read = readLabels(labels(attributes, 'le'))
      expect(read.has('le')).toBe(false)
      for (const [name, each] of Object.entries(attributes)) {
        // The control of the reader itself: a plain key keeps its value exactly.
        if (/^[a-z]+$/.test(name) && name !== 'le') expect(read.get(name)).toBe(String(each))
      }
      expect(read.size).toBeLessThanOrEqual(Object.keys(attributes).length)
    }),
    { numRuns },
  )
})

test('any name and unit are a valid name, for each type (metrics/49)', () => {
  const types = fc.constantFrom('counter' as const, 'gauge' as const, 'histogram' as const)
  fc.assert(
    fc.property(fc.string(), fc.string(), types, (name, unit, type) => {
      const made = prometheusName(name, unit, type)
      expect(made.family).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
      expect(made.family).not.toContain('__')
      if (made.unit !== undefined) expect(made.family.endsWith(`_${made.unit}`)).toBe(true)
    }),
    { numRuns },
  )
})

test('buckets only rise, and the last is the count, whatever is recorded (metrics/51)', async () => {
  const recorded = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 })
  const boundaries = fc.uniqueArray(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(recorded, boundaries, async (values, bounds) => {
      const reader = createPrometheusReader({ scopeLabels: false })
      const provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes({}) })
      const explicitBucketBoundaries = bounds.toSorted((a, b) => a - b)
      const histogram = provider.getMeter('test').createHistogram('h', { advice: { explicitBucketBoundaries } })
      for (const each of values) histogram.record(each)
      const text = new TextDecoder().decode((await reader.scrape()).body)
      const buckets = [...text.matchAll(/h_bucket\{le="(.+)"\} (\d+)/g)]
      for (const [, le, count] of buckets) {
        const limit = le === '+Inf' ? Infinity : Number(le)
        expect(Number(count)).toBe(values.filter((each) => each <= limit).length)
      }
      expect(buckets).toHaveLength(bounds.length + 1)
      expect(text).toContain(`h_count ${values.length}\n`)
    }),
    { numRuns: Math.ceil(numRuns / 20) },
  )
})
