import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { eventually } from './serve.ts'

/** A TCP connection that shows every byte, for clients that behave as no library would. */
export class RawSocket implements Disposable {
  /** Everything that has come. */
  text = ''
  /** Whether the other end has closed. */
  closed = false
  /** Milliseconds from the connection to its end. */
  age = 0
  /** `ECONNRESET` when it was cut hard. */
  error: string | undefined
  readonly #socket: Socket
  readonly #start: number = performance.now()

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => (this.text += chunk.toString('latin1')))
    socket.on('error', (error) => (this.error = 'code' in error ? String(error.code) : error.message))
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        if (!this.closed) this.age = performance.now() - this.#start
        this.closed = true
      })
    }
  }

  static connect(port: number): RawSocket {
    return new RawSocket(connect(port, '127.0.0.1'))
  }

  static connectTls(port: number): RawSocket {
    return new RawSocket(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }))
  }

  write(text: string): this {
    this.#socket.write(text)
    return this
  }

  /** Takes no more of what comes, until the buffers in between are full. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  async untilText(part: string | RegExp, milliseconds = 5_000): Promise<string> {
    const found = (): boolean => (typeof part === 'string' ? this.text.includes(part) : part.test(this.text))
    await eventually(found, `${String(part)} in ${JSON.stringify(this.text.slice(0, 500))}`, milliseconds)
    return this.text
  }

  async untilClosed(milliseconds = 5_000): Promise<string> {
    await eventually(
      () => this.closed,
      `the end of the connection, after ${JSON.stringify(this.text.slice(0, 500))}`,
      milliseconds,
    )
    return this.text
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}
