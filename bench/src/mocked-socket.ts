/** What node-server reads of an IncomingMessage and a ServerResponse, without a socket behind it. */
export class MockedIncoming {
  readonly method = 'GET'
  readonly url: string
  readonly httpVersion = '1.1'
  readonly headers: Record<string, string>
  readonly rawHeaders: string[]
  readonly socket = { remoteAddress: '127.0.0.1', remotePort: 50_000, encrypted: false }
  readonly complete = true
  readonly aborted = false
  readonly destroyed = false
  readonly readableEnded = true
  readonly errored = null

  constructor(url: string, headers: Record<string, string>) {
    this.url = url
    this.headers = headers
    this.rawHeaders = Object.entries(headers).flat()
  }
}

export class MockedOutgoing {
  statusCode = 200
  headersSent = false
  writableFinished = false
  readonly destroyed = false
  readonly closed = false
  readonly writable = true
  headers: unknown
  body: unknown
  #listeners: (() => void)[] | undefined

  on(event: string, listener: () => void): this {
    if (event === 'close') (this.#listeners ??= []).push(listener)
    return this
  }

  off(): this {
    return this
  }

  writeHead(status: number, headers: unknown): this {
    this.statusCode = status
    this.headersSent = true
    this.headers = headers
    return this
  }

  write(): boolean {
    return true
  }

  end(body: unknown): this {
    this.body = body
    this.writableFinished = true
    if (this.#listeners) for (const listener of this.#listeners) listener()
    return this
  }
}
