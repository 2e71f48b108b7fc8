import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A server of this machine that answers as a test says. */
export interface Endpoint {
  readonly url: string
  /** The paths that were asked for. */
  readonly asked: string[]
  /** Answers from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void
  stop(): Promise<void>
}

/** Starts a server on a free port. */
export async function startEndpoint(answer: Endpoint['answer']): Promise<Endpoint> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    endpoint.answer(request, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
  return endpoint
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Waits until a condition holds, for two seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
  if (!condition()) throw new Error('the condition did not come to hold')
}
