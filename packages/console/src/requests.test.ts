import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bareConsole } from './bare-console.test-kit.ts'
import type { RequestPage, RequestSummary, SpanData } from './index.ts'
import { startService, until, type TestService } from './service.test-kit.ts'
import { makeLog, makeSpan, traceId, type MadeSpan } from './telemetry.test-kit.ts'

describe('a request to a real service', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service[Symbol.asyncDispose]())
  const find = (path: string): Promise<RequestSummary | undefined> =>
    until(
      async () => (await service.api<RequestPage>('requests')).requests.find((each) => each.path === path),
      (found) => found !== undefined,
    )

  test('is listed within a second with what it was (console/1)', async () => {
    const before = performance.now()
    await service.get('/orders/7?full=yes')
    const found = await find('/orders/7?full=yes')
    expect(performance.now() - before).toBeLessThan(1000)
    expect(found).toMatchObject({ service: 'orders', kind: 'server', name: 'GET /orders/:id', method: 'GET' })
    expect(found).toMatchObject({ route: '/orders/:id', status: 200, error: false, nested: false, spans: 1, logs: 2 })
    expect(found?.traceId).toMatch(/^[\da-f]{32}$/)
    expect(Math.abs(Date.parse(found?.time ?? '') - Date.now())).toBeLessThan(5_000)
    expect(found?.durationMs).toBeGreaterThan(0)
  })

  test('tells what went wrong (console/1)', async () => {
    await service.get('/broken')
    expect(await find('/broken')).toMatchObject({ status: 500, error: true, errorType: 'TypeError' })
  })

  test('that matched nothing has no route (console/1)', async () => {
    await service.get('/nowhere')
    const found = await find('/nowhere')
    expect(found).toMatchObject({ status: 404, error: false })
    expect(found?.route).toBeUndefined()
  })
})

describe('the list', () => {
  const { page, api } = bareConsole()
  const add = (made: MadeSpan): void => page.onSpanEnd?.(makeSpan(made))
  const ids = async (query: string): Promise<number[]> => {
    const { requests } = await api<RequestPage>(`requests${query}`)
    return requests.map((each) => Number.parseInt(each.traceId, 16))
  }
  beforeAll(() => {
    const http = (method: string, path: string, status: number): SpanData['attributes'] => ({
      'http.request.method': method,
      'url.path': path,
      'http.route': path.replace(/\d+/, ':id'),
      'http.response.status_code': status,
    })
    add({
      trace: 1,
      name: 'GET /orders/:id',
      ms: 5,
      attributes: { ...http('GET', '/orders/1', 200), 'enduser.id': 'ada' },
    })
    add({ trace: 2, name: 'POST /orders', ms: 50, attributes: http('POST', '/orders', 422) })
    add({ trace: 3, service: 'inventory', name: 'GET /stock/:id', ms: 500, attributes: http('GET', '/stock/9', 503) })
    add({ trace: 4, kind: 'consumer', name: 'process orders', ms: 2 })
    add({ trace: 5, kind: 'internal', name: 'nightly clean-up', status: { code: 2, message: 'Disk is FULL' } })
    add({ trace: 6, kind: 'client', name: 'health.check database' })
    add({ trace: 7, kind: 'client', name: 'GET' })
    add({ trace: 1, span: 2, parent: 1, kind: 'internal', name: 'inside' })
    add({ trace: 1, span: 3, parent: 2, service: 'inventory', name: 'nested', ms: 1 })
    page.onLog?.(makeLog({ trace: 2 }))
  })

  test('has requests, messages and jobs, the newest first; no calls and no health checks (console/1)', async () => {
    expect(await ids('')).toEqual([1, 5, 4, 3, 2, 1])
    const { requests } = await api<RequestPage>('requests')
    expect(requests.map(({ kind }) => kind)).toEqual(['server', 'job', 'consumer', 'server', 'server', 'server'])
    expect(requests.map(({ nested }) => nested)).toEqual([true, false, false, false, false, false])
    expect(requests[4]).toMatchObject({ logs: 1, spans: 1, durationMs: 50 })
    expect(requests[5]).toMatchObject({ principal: 'ada', spans: 3 })
    expect((await api<{ held: { traces: number } }>('meta')).held.traces).toBe(6)
  })

  test.each<[string, number[]]>([
    ['?service=inventory', [1, 3]],
    ['?kind=job', [5]],
    ['?method=POST', [2]],
    ['?route=/stock/:id', [3]],
    ['?principal=ada', [1]],
    ['?status=503', [3]],
    ['?status=4xx', [2]],
    ['?status=error', [5, 3]],
    ['?minMs=50', [3, 2]],
    ['?search=STOCK', [3]],
    ['?search=get+orders', [1]],
    ['?search=full', [5]],
    [`?search=${traceId(4)}`, [4]],
    ['?search=422', [2]],
    ['?search=nothing+of+this', []],
    ['?service=inventory&status=5xx&minMs=1', [3]],
    ['?minMs=soon&limit=none&status=', [1, 5, 4, 3, 2, 1]],
  ])('is filtered by %s (console/2)', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  test('is read page by page (console/2)', async () => {
    const read: number[] = []
    let next: string | undefined
    do {
      const page: RequestPage = await api(`requests?limit=4${next === undefined ? '' : `&before=${next}`}`)
      expect(page.held).toBe(6)
      read.push(...page.requests.map(({ seq }) => seq))
      next = page.next
    } while (next !== undefined)
    expect(read).toEqual([6, 5, 4, 3, 2, 1])
    expect((await api<RequestPage>('requests?after=4')).requests.map(({ seq }) => seq)).toEqual([6, 5])
  })

  test('comes with what the filters can be set to (console/2)', async () => {
    expect((await api<RequestPage>('requests?service=inventory')).facets).toEqual({
      services: ['inventory', 'orders'],
      methods: ['GET', 'POST'],
      routes: ['/orders', '/orders/:id', '/stock/:id'],
    })
  })
})

describe('the order of the list', () => {
  const { page, api } = bareConsole()
  const traces = ({ requests }: RequestPage): number[] => requests.map((each) => Number.parseInt(each.traceId, 16))
  beforeAll(() => {
    // `inventory` reports in batches, and what took long ends late.
    for (const [trace, at] of [
      [1, 10],
      [3, 30],
      [5, 50],
    ] as const)
      page.onSpanEnd?.(makeSpan({ trace, at }))
    for (const [trace, at] of [
      [4, 40],
      [2, 20],
      [6, 50.000_001],
    ] as const)
      page.onSpanEnd?.(makeSpan({ trace, at, service: 'inventory' }))
    page.onSpanEnd?.(makeSpan({ trace: 7, at: 0, ms: 5_000 }))
  })

  test('is when requests began, whenever they arrived (console/1)', async () => {
    expect(traces(await api<RequestPage>('requests'))).toEqual([6, 5, 4, 3, 2, 1, 7])
  })

  test('holds from page to page, also when more arrives meanwhile (console/2)', async () => {
    const first = await api<RequestPage>('requests?limit=3')
    page.onSpanEnd?.(makeSpan({ trace: 8, at: 45 }))
    page.onSpanEnd?.(makeSpan({ trace: 9, at: 25 }))
    const second = await api<RequestPage>(`requests?limit=3&before=${first.next}`)
    const third = await api<RequestPage>(`requests?limit=3&before=${second.next}`)
    expect([traces(first), traces(second), traces(third)]).toEqual([
      [6, 5, 4],
      [3, 9, 2],
      [1, 7],
    ])
    expect(third.next).toBeUndefined()
  })

  test('of what arrived since is the same (console/2)', async () => {
    expect(traces(await api<RequestPage>('requests?after=3'))).toEqual([6, 8, 4, 9, 2, 7])
  })
})
