import type { ServedConsole } from './page.test-kit.ts'
import { makeLog, makeSpan } from './telemetry.test-kit.ts'

const stack =
  'TypeError: no pump\n    at reserve (/srv/reserve.ts:41:23)\n    at run (/srv/node_modules/hono/run.js:1:2)'
/** The attributes of an HTTP request. */
export function http(
  method: string,
  route: string,
  path: string,
  status: number,
  user?: string,
): Readonly<Record<string, string | number>> {
  return {
    'http.request.method': method,
    'http.route': route,
    'url.path': path,
    'http.response.status_code': status,
    ...(user === undefined ? {} : { 'user.id': user }),
  }
}

/** `orders` is asked for, asks `inventory`, and `inventory` fails: 100 ms in all, and log lines of both. */
export function giveTrace({ page }: ServedConsole): void {
  const failed = { code: 2, message: 'no pump' }
  const exception = {
    name: 'exception',
    time: makeSpan({ at: 60 }).startTime,
    attributes: { 'exception.type': 'TypeError', 'exception.message': 'no pump', 'exception.stacktrace': stack },
  }
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 3,
      parent: 2,
      service: 'inventory',
      name: 'POST /stock',
      at: 25,
      ms: 50,
      status: failed,
      events: [exception],
      attributes: http('POST', '/stock', '/stock', 500),
    }),
  )
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 4,
      parent: 3,
      service: 'inventory',
      name: 'SELECT stock',
      kind: 'client',
      at: 30,
      ms: 10,
    }),
  )
  page.onSpanEnd?.(
    makeSpan({ trace: 1, span: 2, parent: 1, name: 'POST', kind: 'client', at: 20, ms: 60, status: failed }),
  )
  page.onSpanEnd?.(
    makeSpan({
      trace: 1,
      span: 1,
      name: 'POST /orders',
      at: 0,
      ms: 100,
      attributes: http('POST', '/orders', '/orders', 502, 'ada'),
    }),
  )
  page.onLog?.(makeLog({ trace: 1, span: 1, at: 5, body: 'order received', attributes: { lines: 3 } }))
  page.onLog?.(makeLog({ trace: 1, span: 3, at: 61, severity: 17, service: 'inventory', body: 'reservation failed' }))
  page.onLog?.(makeLog({ trace: 2, span: 9, at: 5, body: 'of another request' }))
}

/** A request of a trace of its own: `GET /orders/<number>`. */
export function giveRequest({ page }: ServedConsole, number: number, status = 200, user = 'grace'): void {
  const path = `/orders/${number}`
  page.onSpanEnd?.(
    makeSpan({ trace: number, name: 'GET /orders/:id', attributes: http('GET', '/orders/:id', path, status, user) }),
  )
}
