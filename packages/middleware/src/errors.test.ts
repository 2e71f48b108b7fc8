import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, test, vi } from 'vitest'
import { handler, middleware, stack, type Middleware } from './index.ts'

function observer(): { seen: string[]; part: Middleware; errors: unknown[] } {
  const seen: string[] = []
  const errors: unknown[] = []
  const part = middleware({
    after: (x, response) => {
      seen.push(`after ${response.status}`)
      errors.push(x.error)
    },
    settled: (_x, outcome) => {
      seen.push(`settled ${outcome.status}`)
      errors.push(outcome.error)
    },
  })
  return { seen, part, errors }
}

describe('under Hono', () => {
  test('a thrown Error is exchange.error, and every layer sees the final response (middleware/16)', async () => {
    const { seen, part, errors } = observer()
    const error = new Error('boom')
    const app = new Hono().onError((_error, c) => c.json({ custom: true }, 503)).use(part, middleware({}))
    app.get('/', () => {
      throw error
    })
    const response = await app.request('/')
    expect(response.status).toBe(503)
    expect(seen).toEqual(['after 503', 'settled 503'])
    expect(errors).toEqual([error, error])
  })

  test('the onError of a sub-application is seen as well (middleware/16)', async () => {
    const { seen, part, errors } = observer()
    const inner = new Hono().onError((_error, c) => c.json({}, 418)).use(part)
    inner.get('/b', () => {
      throw new HTTPException(403)
    })
    expect((await new Hono().route('/a', inner).request('/a/b')).status).toBe(418)
    expect(seen).toEqual(['after 418', 'settled 418'])
    expect(errors[0]).toBeInstanceOf(HTTPException)
  })

  test.each([['a string'], [{ an: 'object' }], [null], [undefined], [0]])(
    'thrown %j is answered with a 500 problem by the innermost layer (middleware/17)',
    async (thrown) => {
      const { seen, part, errors } = observer()
      const app = new Hono().use(part, middleware({ name: 'inner' }))
      app.get('/', () => {
        throw thrown
      })
      const response = await app.request('/')
      expect(response.status).toBe(500)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(seen).toEqual(['after 500', 'settled 500'])
      expect(errors).toEqual([thrown, thrown])
    },
  )

  test.each(['onError', 'notFound'])(
    'when %s throws there is no response: after does not run, settled does (middleware/19)',
    async (where) => {
      const { seen, part, errors } = observer()
      const error = new Error('no response')
      const fail = (): never => {
        throw error
      }
      const app = new Hono().use(part)
      if (where === 'onError') app.onError(fail).get('/', fail)
      else app.notFound(fail).onError(fail)
      await expect((async () => app.request('/'))()).rejects.toBe(error)
      expect(seen).toEqual(['settled undefined'])
      expect(errors).toEqual([error])
    },
  )
})

describe('in Fetch', () => {
  test.each(['throws', 'rejects'])(
    'a function that %s is seen, settled and rethrown (middleware/18) (middleware/19)',
    async (how) => {
      const { seen, part, errors } = observer()
      const error = new Error('mine')
      const fetch = handler(stack(part), () => {
        if (how === 'throws') throw error
        return Promise.reject(error)
      })
      await expect((async () => fetch(new Request('http://localhost/')))()).rejects.toBe(error)
      expect(seen).toEqual(['settled undefined'])
      expect(errors).toEqual([error])
    },
  )

  test('an error that code between two layers answers is a response for the outer one (middleware/18)', async () => {
    const { seen, part } = observer()
    const inner = handler(middleware({ after: vi.fn() }), () => Promise.reject(new Error('inside')))
    const fetch = handler(part, async (request: Request) => {
      try {
        return await inner(request)
      } catch {
        return Response.json({}, { status: 502 })
      }
    })
    expect((await fetch(new Request('http://localhost/'))).status).toBe(502)
    expect(seen).toEqual(['after 502', 'settled 502'])
  })
})

test.each<[string, () => unknown]>([
  ['no response at all', () => undefined],
  ['a promise of none', async () => undefined],
])('a fetch function that gives %s is settled as failed (middleware/18) (middleware/19)', async (_name, fetch) => {
  const { seen, part, errors } = observer()
  const answers = handler(part, fetch as () => Response)
  await expect((async () => answers(new Request('http://localhost/')))()).rejects.toThrow(TypeError)
  expect([seen, errors]).toEqual([['settled undefined'], [expect.any(TypeError)]])
})
