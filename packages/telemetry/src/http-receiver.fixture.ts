import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeProtobuf } from './otlp-messages.fixture.ts'
import { addReceived, type Received } from './received.fixture.ts'

/** What a receiver saw of one request. */
export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly protocol: 'http/protobuf' | 'http/json'
  readonly gzip: boolean
  /** Whether the client showed a certificate that the receiver trusts. */
  readonly authorized: boolean
}

/** A collector for tests: it decodes what arrives over OTLP/HTTP, and behaves as it is told. */
export interface HttpReceiver extends Received {
  readonly url: string
  readonly requests: SeenRequest[]
  /** Takes the place of the answer 200, once the request is decoded; it may also never answer. */
  answer: ((response: ServerResponse, seen: SeenRequest) => void) | undefined
  close(): Promise<void>
}

const signals = { '/v1/traces': 'Traces', '/v1/metrics': 'Metrics', '/v1/logs': 'Logs' } as const

/** Starts a receiver on a free port of the loopback. */
export async function httpReceiver(tls?: ServerOptions): Promise<HttpReceiver> {
  const sockets = new Set<Socket>()
  const server: Server = tls ? createTlsServer(tls) : createServer()
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const seen: SeenRequest = {
        path: request.url ?? '',
        headers: request.headers,
        protocol: request.headers['content-type'] === 'application/json' ? 'http/json' : 'http/protobuf',
        gzip: request.headers['content-encoding'] === 'gzip',
        authorized: Reflect.get(request.socket, 'authorized') === true,
      }
      const sent = Buffer.concat(chunks)
      receiver.requests.push(seen)
      addReceived(receiver, decode(seen, seen.gzip ? gunzipSync(sent) : sent))
      if (receiver.answer) receiver.answer(response, seen)
      else response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: HttpReceiver = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests: [],
    spans: [],
    logs: [],
    metrics: [],
    answer: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return receiver
}

function decode({ path, protocol }: SeenRequest, bytes: Buffer): unknown {
  if (protocol === 'http/json') return JSON.parse(bytes.toString())
  const type = signals[path as keyof typeof signals]
  if (type === undefined) throw new Error(`No OTLP path: ${path}`)
  return decodeProtobuf(type, bytes)
}
