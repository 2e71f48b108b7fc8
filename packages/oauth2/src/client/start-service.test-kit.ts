import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/** What a service was asked. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server of this machine that answers as a test says, and remembers what it was asked. */
export interface Service {
  readonly url: string
  readonly asked: Asked[]
  answer: (asked: Asked, response: ServerResponse) => void
  stop(): Promise<void>
}

/** Starts a server on a free port. */
export async function startService(
  answer: Service['answer'] = (_asked, response) => response.end('ok'),
): Promise<Service> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    try {
      for await (const chunk of request) body += chunk
    } catch {
      return
    }
    const each = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    asked.push(each)
    service.answer(each, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const service: Service = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    asked,
    answer,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
  return service
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
