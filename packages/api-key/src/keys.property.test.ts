import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apiKeyPattern, createApiKeys, memoryStore } from './index.ts'
import { ask, service } from './keys.test-kit.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)

describe('any text', () => {
  test('that is no key is refused without a look at the store, and nothing throws (api-key/2)', async () => {
    const { keys, store } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    store.calls.length = 0
    const near = fc
      .tuple(fc.integer({ min: 0, max: key.length }), fc.integer({ min: 0, max: 3 }), fc.string({ maxLength: 3 }))
      .map(([at, cut, put]) => key.slice(0, at) + put + key.slice(at + cut))
    const text = fc.oneof(
      near,
      fc.string({ unit: 'binary' }),
      fc.constant('acme_live_').chain((p) => fc.string().map((s) => p + s)),
    )
    fc.assert(
      fc.property(text, (each) => {
        if (each === key) return
        const verdict = keys.verify(each)
        const refused = 'refused' in verdict ? verdict.refused : ''
        expect(['malformed', 'wrong_prefix', 'bad_checksum']).toContain(refused)
        expect(store.calls).toEqual([])
      }),
      { numRuns },
    )
    expect(keys.verify(key)).toHaveProperty('apiKey')
  })

  test('in the header of a request is answered with 400 or 401 (api-key/2)', async () => {
    const { guard } = service()
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
    await fc.assert(
      fc.asyncProperty(value, async (key) => {
        expect([400, 401]).toContain((await ask(guard, key)).status)
      }),
      { numRuns: Math.min(numRuns, 20_000) / 10 },
    )
  })
})

describe('any prefix', () => {
  test('that is taken makes keys that are found, verified and matched (api-key/1) (api-key/4)', async () => {
    const word = fc.stringMatching(/^[A-Za-z0-9]{1,9}$/)
    const prefix = fc.tuple(fc.stringMatching(/^[A-Za-z]$/), fc.array(word, { minLength: 1, maxLength: 3 }))
    await fc.assert(
      fc.asyncProperty(prefix, fc.string(), async ([letter, words], around) => {
        const prefix = letter + words.join('_')
        const keys = createApiKeys({ store: memoryStore(), prefix })
        const { key } = await keys.create({}, { owner: 'ann' })
        expect(keys.verify(key)).toHaveProperty('apiKey')
        expect(`${around} ${key}"`.match(apiKeyPattern(prefix))).toContain(key)
      }),
      { numRuns: Math.min(numRuns, 100_000) / 20 },
    )
  })
})
