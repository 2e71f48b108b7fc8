import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HttpConnection } from './http-connection.ts'

/** One server behind the proxy. */
export class Backend {
  readonly port: number
  ready = false
  readonly #idle: HttpConnection[] = []

  constructor(port: number) {
    this.port = port
  }

  /** The longest unused connection first: it is the likeliest to be closed just now. */
  async send(method: string, path: string, body: string): Promise<string> {
    let connection = this.#idle.shift()
    while (connection && !connection.open) connection = this.#idle.shift()
    connection ??= new HttpConnection(this.port)
    const reused = connection.used > 0
    try {
      const response = await connection.send(method, path, body)
      if (response.status !== 200) throw new Error(`status ${response.status}`)
      if (connection.open) this.#idle.push(connection)
      return response.body
    } catch (error) {
      throw new Error(`${String(error)} on a ${reused ? 'reused' : 'new'} connection`, { cause: error })
    }
  }

  async probe(): Promise<void> {
    const connection = new HttpConnection(this.port)
    try {
      this.ready = (await connection.send('GET', '/readyz')).status === 200
    } catch {
      this.ready = false
    }
    connection.close()
  }

  close(): void {
    for (const connection of this.#idle) connection.close()
  }
}

/** A load balancer as simple as they come: it polls readiness, keeps connections, takes turns, and never retries. */
export class Proxy implements AsyncDisposable {
  /** What went wrong on the way to a server. */
  readonly failures: string[] = []
  readonly #backends: readonly Backend[]
  readonly #server: Server
  readonly #probes: NodeJS.Timeout
  #turn = 0

  constructor(backends: readonly Backend[], probeInterval: number) {
    this.#backends = backends
    this.#probes = setInterval(() => backends.forEach((backend) => void backend.probe()), probeInterval)
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.#forward(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString()).then(
          (body) => response.end(body),
          (error: unknown) => {
            this.failures.push(String(error))
            response.writeHead(502).end()
          },
        )
      })
    })
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        const { port } = this.#server.address() as AddressInfo
        resolve(port)
      })
    })
  }

  async #forward(method: string, path: string, body: string): Promise<string> {
    const ready = this.#backends.filter((backend) => backend.ready)
    const backend = ready[this.#turn++ % ready.length]
    if (!backend) throw new Error('no server is ready')
    return backend.send(method, path, body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#probes)
    for (const backend of this.#backends) backend.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
