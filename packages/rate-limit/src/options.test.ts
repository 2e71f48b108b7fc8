import { describe, expect, test } from 'vitest'
import { memoryStore, rateLimit, RateLimitError, redisStore, type RateLimitOptions } from './index.ts'

const policy = { name: 'p', limit: 10, window: '1m' } as const
const good: RateLimitOptions = { name: 'it', by: 'address', policies: [policy] }
const client = { call: async () => null }

const wrong: Record<string, [options: object, message: string]> = {
  'no name': [{ name: undefined }, 'name'],
  'a name with a brace': [{ name: 'a{b}' }, 'name'],
  'no by': [{ by: undefined }, "'address', 'caller'"],
  'a by that is not known': [{ by: 'ip' }, "'address', 'caller'"],
  'a cost that is a number': [{ cost: 5 }, 'a function of the exchange'],
  'no policies': [{ policies: undefined }, 'at least one'],
  'an empty list of policies': [{ policies: [] }, 'at least one'],
  'two policies of one name': [{ policies: [policy, { ...policy, limit: 5 }] }, 'named "p"'],
  'a policy without a name': [{ policies: [{ limit: 1, window: '1m' }] }, '1 to 64 letters'],
  'a policy name that breaks a header': [{ policies: [{ ...policy, name: 'a";q=9' }] }, '1 to 64 letters'],
  'a limit of 0': [{ policies: [{ ...policy, limit: 0 }] }, 'whole number'],
  'a limit with a fraction': [{ policies: [{ ...policy, limit: 1.5 }] }, 'whole number'],
  'a limit that is text': [{ policies: [{ ...policy, limit: '10' }] }, 'whole number'],
  'a burst of 0': [{ policies: [{ ...policy, burst: 0 }] }, 'whole number'],
  'a window of less than a second': [{ policies: [{ ...policy, window: '500ms' }] }, 'whole seconds'],
  'a window with a fraction': [{ policies: [{ ...policy, window: '1.5s' }] }, 'whole seconds'],
  'a window of 0': [{ policies: [{ ...policy, window: 0 }] }, 'whole seconds'],
  'more than can be counted exactly': [{ policies: [{ ...policy, limit: 1e12, window: '24h' }] }, 'exactly'],
  'headers that are not known': [{ headers: 'draft-6' }, "'ietf', 'legacy' or false"],
  'a short pepper': [{ pepper: 'short' }, '16 characters'],
  'a logger that is none': [{ logger: {} }, '`warn`'],
  'a store that is none': [{ store: new Map() }, 'memoryStore()'],
  'a client instead of a store': [{ store: client, onStoreError: 'allow' }, 'redisStore(client)'],
  'Redis without a choice for outages': [{ store: redisStore(client) }, "'allow' or 'deny'"],
  'a choice that is none': [{ store: redisStore(client), onStoreError: 'ignore' }, "'allow' or 'deny'"],
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe('misuse throws at construction, with what to write instead', () => {
  for (const [what, [options, message]] of Object.entries(wrong)) {
    test(`${what} (rate-limit/34)`, () => {
      const error = thrownBy(() => rateLimit({ ...good, ...options }))
      expect(error).toBeInstanceOf(RateLimitError)
      expect(error).toMatchObject({ code: 'ERR_RATE_LIMIT_OPTION' })
      expect(String(error)).toContain(message)
    })
  }

  test('options of the stores (rate-limit/34)', () => {
    for (const max of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(thrownBy(() => memoryStore({ max }))).toMatchObject({ code: 'ERR_RATE_LIMIT_OPTION' })
    }
    for (const prefix of ['a{b', 'a}b']) {
      expect(thrownBy(() => redisStore(client, { prefix }))).toMatchObject({ code: 'ERR_RATE_LIMIT_OPTION' })
    }
    expect(thrownBy(() => redisStore({} as never))).toMatchObject({ code: 'ERR_RATE_LIMIT_OPTION' })
    expect(thrownBy(() => redisStore(client, { timeout: 0 }))).toMatchObject({ code: 'ERR_RATE_LIMIT_OPTION' })
  })

  test('a duration that is none is the error of durations (rate-limit/34)', () => {
    const window = '1 minute' as never
    const error = thrownBy(() => rateLimit({ ...good, policies: [{ ...policy, window }] }))
    expect(error).toMatchObject({ code: 'ERR_DURATION' })
  })

  test('frozen options are as good as others, and nothing is changed in them (rate-limit/34)', () => {
    const options = Object.freeze({ ...good, policies: Object.freeze([Object.freeze({ ...policy })]) })
    const copy = structuredClone(options)
    expect(rateLimit(options).consume('k')).toMatchObject({ allowed: true })
    expect(options).toEqual(copy)
  })

  test('what is documented as default is the default (rate-limit/34)', () => {
    expect(redisStore(client).timeout).toBe(250)
    expect(memoryStore().timeout).toBe(undefined)
  })
})
