import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Sdk } from '../src/start-sdk.test-kit.ts'
import { abandon, type Visit } from './visit.ts'

/** One line of the table: a request, and what its server span says. */
export interface Line {
  readonly title: string
  readonly request: Visit
  read(span: ReadableSpan, sdk: Sdk): string
}

const traceId = '0af7651916cd43dd8448eb211c80319c'

const get =
  (path: string, headers: Record<string, string> = {}): Visit =>
  async (url) => {
    const response = await fetch(url + path, { headers })
    await response.arrayBuffer()
  }

const quoted = (value: unknown): string => (value === undefined ? 'none' : `\`${JSON.stringify(value)}\``)
const plain = (value: unknown): string => (value === undefined ? 'none' : `\`${String(value)}\``)
const yes = (condition: boolean): string => (condition ? 'yes' : 'no')

const attribute =
  (name: string) =>
  ({ attributes }: ReadableSpan): string =>
    plain(attributes[name])

const present =
  (...names: string[]) =>
  ({ attributes }: ReadableSpan): string => {
    const missing = names.filter((name) => !(name in attributes))
    return missing.length === 0 ? 'yes' : `no ${missing.map((name) => `\`${name}\``).join(', ')}`
  }

/** Status of the span, `error.type`, the status code and recorded exceptions in a few words. */
function result({ status, attributes, events }: ReadableSpan): string {
  const code = attributes['http.response.status_code']
  const type = attributes['error.type']
  return [
    code === undefined ? 'no code' : String(code),
    status.code === SpanStatusCode.ERROR ? 'ERROR' : 'unset',
    ...(type === undefined ? [] : [`\`${String(type)}\``]),
    ...(events.length > 0 ? ['exception recorded'] : []),
  ].join(', ')
}

const order = get('/orders/7?color=blue&sig=canary', {
  'user-agent': 'shop/1',
  'x-tenant': 'acme',
})

/** What the semantic conventions say of HTTP server spans, line by line. */
export const lines: readonly Line[] = [
  { title: 'Name of `/orders/:id`', request: order, read: ({ name }) => plain(name) },
  { title: 'Name of a 404', request: get('/nothing/here'), read: ({ name }) => plain(name) },
  {
    title: 'Name for an unknown method, `PURGE`',
    request: async (url) => void (await (await fetch(`${url}/orders/7`, { method: 'PURGE' })).arrayBuffer()),
    read: ({ name, attributes }) => `${plain(name)}, method ${plain(attributes['http.request.method'])}`,
  },
  { title: '`http.route`', request: order, read: attribute('http.route') },
  { title: '`url.path`, `url.scheme`', request: order, read: present('url.path', 'url.scheme') },
  {
    title: 'Query `color=blue&sig=…`',
    request: order,
    read: ({ attributes }) => {
      const text = String(attributes['url.query'] ?? attributes['url.full'] ?? '')
      const where = 'url.query' in attributes ? '`url.query`' : '`url.full`'
      return `${where}, ${text.includes('canary') ? 'signature in clear' : 'signature redacted'}`
    },
  },
  {
    title: 'Query `a=%20&b=1+1&sig=…` apart from the secret',
    request: get('/orders/7?a=%20&b=1+1&sig=canary'),
    read: ({ attributes }) => {
      const text = String(attributes['url.query'] ?? attributes['url.full'] ?? '')
      return text.includes('a=%20&b=1+1&') ? 'as sent' : 'rewritten'
    },
  },
  { title: '`server.address`, `server.port`', request: order, read: present('server.address', 'server.port') },
  {
    title: '`network.peer.*`, `network.protocol.version`',
    request: order,
    read: present('network.peer.address', 'network.peer.port', 'network.protocol.version'),
  },
  { title: '`user_agent.original`', request: order, read: attribute('user_agent.original') },
  {
    title: '`client.address` with a forged `X-Forwarded-For`',
    request: get('/orders/7', { 'x-forwarded-for': '6.6.6.6' }),
    read: attribute('client.address'),
  },
  {
    title: 'A captured header',
    request: order,
    read: ({ attributes }) => quoted(attributes['http.request.header.x-tenant']),
  },
  {
    title: 'Route known to samplers at the start',
    request: order,
    read: (_span, sdk) => plain(sdk.started[0]?.attributes['http.route']),
  },
  { title: '401, answered', request: get('/401'), read: result },
  { title: '401, thrown as `HTTPException`', request: get('/throw-401'), read: result },
  { title: '503, answered', request: get('/503'), read: result },
  { title: 'A thrown `StockError`', request: get('/throw-error'), read: result },
  { title: 'A thrown string', request: get('/throw-string'), read: result },
  { title: 'The client leaves before the head', request: abandon('/slow'), read: result },
  { title: 'The client leaves in the middle', request: abandon('/endless', 'HTTP/1.1 200'), read: result },
  {
    title: 'A stream of 300 ms',
    request: get('/stream'),
    read: ({ duration: [seconds, nanos] }) => `span covers it: ${yes(seconds * 1e9 + nanos >= 290e6)}`,
  },
  {
    title: 'A probe, `/livez`, by default',
    request: get('/livez'),
    read: () => 'recorded',
  },
  {
    title: 'Continues `traceparent`',
    request: get('/orders/7', { traceparent: `00-${traceId}-b7ad6b7169203331-01` }),
    read: (span) => yes(span.spanContext().traceId === traceId),
  },
  {
    title: 'Kind',
    request: order,
    read: ({ kind }) => plain(SpanKind[kind]),
  },
]
