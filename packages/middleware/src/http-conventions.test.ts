import { afterEach, describe, expect, test } from 'vitest'
import {
  errorClass,
  fetchErrorType,
  knownMethods,
  methodAttribute,
  nextHop,
  protocolVersion,
  readFetchCall,
  requestErrorType,
  serverAddress,
  urlAddress,
  thrownErrorType,
  wrapFetch,
} from './http-conventions.ts'
import { handler, middleware } from './index.ts'

class StockError extends Error {}

describe('error.type of a request', () => {
  const sent = { aborted: false }

  test('is the class of what was thrown, or the status of a 5xx as a string (middleware/53)', () => {
    expect(requestErrorType({ ...sent, status: 500, error: new StockError() }, undefined)).toBe('StockError')
    for (const thrown of ['text', null, 7, { message: 'no Error' }, undefined]) {
      expect(requestErrorType({ ...sent, status: 500, error: thrown }, thrown)).toBe('500')
    }
    expect(requestErrorType({ ...sent, status: 503 }, undefined)).toBe('503')
  })

  test('is the class of what broke a body off, and nothing for what became another answer (middleware/53)', () => {
    const error = new StockError()
    expect(requestErrorType({ ...sent, status: 200, error }, undefined)).toBe('StockError')
    expect(requestErrorType({ ...sent, status: 200, error: 'text' }, undefined)).toBe('_OTHER')
    expect(requestErrorType({ ...sent, status: 404, error }, error)).toBeUndefined()
    expect(requestErrorType({ ...sent, status: 200 }, undefined)).toBeUndefined()
    expect(requestErrorType({ ...sent, status: undefined }, undefined)).toBe('_OTHER')
  })

  test('tells that the client left, whatever was thrown then (middleware/53)', () => {
    const outcome = { aborted: true, status: 500, error: new StockError() }
    expect(requestErrorType(outcome, undefined)).toBe('client_disconnect')
  })

  test('names classes, and DOMExceptions by their name (middleware/53)', () => {
    expect(errorClass(new StockError())).toBe('StockError')
    expect(errorClass(new DOMException('late', 'TimeoutError'))).toBe('TimeoutError')
    expect(errorClass(new (class extends Error {})())).toBe('Error')
    expect(errorClass({ name: 'StockError' })).toBeUndefined()
    expect(thrownErrorType('text')).toBe('_OTHER')
  })
})

describe('error.type of a call', () => {
  const failed = (code: unknown): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })

  test('is the code of the system, whichever runtime tells it (middleware/54)', () => {
    expect(fetchErrorType(failed('ECONNREFUSED'), undefined)).toBe('ECONNREFUSED')
    expect(fetchErrorType(failed('UND_ERR_SOCKET'), undefined)).toBe('ECONNRESET')
    expect(fetchErrorType(failed('UND_ERR_CONNECT_TIMEOUT'), undefined)).toBe('ETIMEDOUT')
    expect(fetchErrorType(Object.assign(new Error(), { code: 'ENOTFOUND' }), undefined)).toBe('ENOTFOUND')
  })

  test('is the class of the error when its code is none (middleware/54)', () => {
    for (const code of [7, 'said canary', 'E'.repeat(60), '', undefined]) {
      expect(fetchErrorType(failed(code), undefined)).toBe('TypeError')
    }
    expect(fetchErrorType('text', undefined)).toBe('_OTHER')
  })

  test('tells an abort, with whatever reason, from a timeout (middleware/54)', () => {
    expect(fetchErrorType(failed('ECONNRESET'), AbortSignal.abort('canary'))).toBe('AbortError')
    expect(fetchErrorType(failed('ECONNRESET'), AbortSignal.abort(new DOMException('', 'TimeoutError')))).toBe(
      'TimeoutError',
    )
    expect(fetchErrorType(failed('ECONNRESET'), new AbortController().signal)).toBe('ECONNRESET')
  })
})

describe('methods', () => {
  afterEach(() => delete process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'])

  test('are those of RFC 9110, PATCH and QUERY, and all others are _OTHER (middleware/55)', () => {
    const known = knownMethods()
    expect([...known].toSorted().join()).toBe('CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE')
    expect(methodAttribute('PATCH', known)).toBe('PATCH')
    for (const method of ['PURGE', 'get', '', 'constructor']) expect(methodAttribute(method, known)).toBe('_OTHER')
  })

  test('are those that the environment lists (middleware/55)', () => {
    process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = ' GET,PROPFIND ,,'
    expect([...knownMethods()]).toEqual(['GET', 'PROPFIND'])
    for (const empty of ['', ' , ']) {
      process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = empty
      expect(knownMethods().size).toBe(10)
    }
  })
})

describe('addresses', () => {
  test('have no brackets, and the port that is written or the scheme’s (middleware/56)', () => {
    expect(serverAddress('shop.example:8443', 'https')).toEqual({ address: 'shop.example', port: 8443 })
    expect(serverAddress('shop.example', 'https')).toEqual({ address: 'shop.example', port: 443 })
    expect(serverAddress('shop.example', 'http')).toEqual({ address: 'shop.example', port: 80 })
    expect(serverAddress('[::1]:8080', 'http')).toEqual({ address: '::1', port: 8080 })
    expect(serverAddress('[2001:db8::1]', 'https')).toEqual({ address: '2001:db8::1', port: 443 })
    expect(serverAddress('shop.example:', 'http')).toEqual({ address: 'shop.example', port: 80 })
    expect(urlAddress(new URL('https://[::1]/'))).toEqual({ address: '::1', port: 443 })
    expect(serverAddress('shop.example', 'ws')).toEqual({ address: 'shop.example', port: undefined })
  })

  test('the version of the protocol is told as the convention writes it (middleware/56)', async () => {
    const seen: (string | undefined)[] = []
    const part = middleware({ before: (x) => void seen.push(protocolVersion(x)) })
    const app = handler(part, (_request: Request, _env?: object) => new Response())
    for (const httpVersion of ['1.0', '1.1', '2.0']) {
      await app(new Request('http://localhost/'), { incoming: { httpVersion } })
    }
    await app(new Request('http://localhost/'))
    expect(seen).toEqual(['1.0', '1.1', '2', undefined])
  })
})

describe('a call', () => {
  const read = (...call: Parameters<typeof fetch>): string | undefined => {
    const { url, method } = readFetchCall(...call) ?? {}
    return url && `${method} ${url.href}`
  }

  test('is read as fetch reads it: init before the Request, methods in upper case (middleware/57)', () => {
    const request = new Request('http://shop.example/a', { method: 'PUT' })
    expect(read('http://shop.example')).toBe('GET http://shop.example/')
    expect(read(new URL('https://shop.example/b?c'))).toBe('GET https://shop.example/b?c')
    expect(read(request)).toBe('PUT http://shop.example/a')
    expect(read(request, { method: 'delete' })).toBe('DELETE http://shop.example/a')
    expect(read(request, { method: 'patch' })).toBe('patch http://shop.example/a')
  })

  test('has the signal that ends it (middleware/57)', () => {
    const [own, other] = [new AbortController(), new AbortController()]
    const request = new Request('http://shop.example/', { signal: own.signal })
    own.abort()
    expect(readFetchCall(request)?.signal?.aborted).toBe(true)
    expect(readFetchCall(request, { signal: other.signal })?.signal).toBe(other.signal)
    expect(readFetchCall(request, { signal: null })?.signal).toBeUndefined()
  })

  test('that goes to no HTTP server is none (middleware/57)', () => {
    for (const url of ['/relative', 'data:text/plain,x', 'ftp://shop.example/', 'http://']) {
      expect(readFetchCall(url)).toBeUndefined()
    }
  })

  test('a wrapped fetch keeps the members of the one inside, and looks fetch up at each call (middleware/57)', async () => {
    const own: typeof fetch = Object.assign(async () => new Response('own'), { preconnect: () => undefined, extra: 1 })
    const pass = async (send: typeof fetch, ...call: Parameters<typeof fetch>): Promise<Response> => send(...call)
    expect(Reflect.get(wrapFetch(own, pass), 'extra')).toBe(1)
    const wrapped = wrapFetch(undefined, pass)
    const former = globalThis.fetch
    try {
      globalThis.fetch = own
      expect(await (await wrapped('http://shop.example/')).text()).toBe('own')
    } finally {
      globalThis.fetch = former
    }
  })

  test.each([
    [302, 'https://shop.example/b', ['x'], ['cookie']],
    [307, 'https://other.example/b', ['x'], ['authorization', 'cookie', 'dpop']],
  ] as const)(
    'is redirected by %s to %s without what belongs elsewhere (middleware/57)',
    (status, location, kept, left) => {
      const headers = new Headers({ authorization: 'Bearer t', dpop: 'p', x: '1' })
      const call = readFetchCall('https://shop.example/a')
      if (!call) throw new Error('no call')
      const response = new Response(null, { status, headers: { location } })
      const next = nextHop({ ...call, input: call.url.href, init: {}, headers }, response, 0)
      expect(next?.url.href).toBe(location)
      for (const name of kept) expect(next?.headers.has(name)).toBe(true)
      for (const name of left) expect(next?.headers.has(name)).toBe(false)
    },
  )
})
