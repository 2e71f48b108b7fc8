import { connect, type Socket } from 'node:net'

/** A response, read whole. */
export interface HttpResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/**
 * One HTTP/1.1 connection that sends one request at a time and never tries a second time. A client of a runtime could
 * retry on its own, and hide what these tests look for.
 */
export class HttpConnection {
  /** How many responses have come. */
  used = 0
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #open = true
  #waiting: { resolve(response: HttpResponse): void; reject(error: Error): void } | undefined

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#read()
    })
    this.#socket.on('error', (error) => this.#end(error))
    this.#socket.on('end', () => this.#end(new Error('ended before the response')))
    this.#socket.on('close', () => this.#end(new Error('closed before the response')))
  }

  /** Whether another request can be sent. */
  get open(): boolean {
    return this.#open && !this.#waiting
  }

  send(method: string, path: string, body = ''): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      if (!this.#open) return reject(new Error('not connected'))
      this.#waiting = { resolve, reject }
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  close(): void {
    this.#open = false
    this.#socket.destroy()
  }

  #read(): void {
    const response = parse(this.#received)
    if (!response || !this.#waiting) return
    const { resolve } = this.#waiting
    this.#waiting = undefined
    this.#received = Buffer.alloc(0)
    this.used++
    if (response.headers.get('connection')?.toLowerCase() === 'close') this.close()
    resolve(response)
  }

  #end(error: Error): void {
    this.#open = false
    this.#waiting?.reject(error)
    this.#waiting = undefined
    this.#socket.destroy()
  }
}

function parse(received: Buffer): HttpResponse | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = readBody(headers, received.subarray(end + 4))
  return body === undefined ? undefined : { status: Number(statusLine.split(' ')[1]), headers, body: body.toString() }
}

/** The whole body, or `undefined` while some of it is still to come. */
function readBody(headers: ReadonlyMap<string, string>, rest: Buffer): Buffer | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(rest)
  return rest.length < Number(headers.get('content-length') ?? 0) ? undefined : rest
}

function readChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at)
    const size = Number.parseInt(rest.subarray(at, line).toString('latin1'), 16)
    if (line === -1 || rest.length < line + size + 4) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(line + 2, line + 2 + size))
    at = line + size + 4
  }
}
