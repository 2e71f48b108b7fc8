import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../../../scripts/workspace.ts'
import { developmentFolder, person, providerSettings } from './credentials.ts'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A service in a process of its own, on the runtime that runs the test. */
export class RunningService implements AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly #child: ChildProcess
  #output = ''

  private constructor(port: number, child: ChildProcess) {
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#output += String(chunk)))
  }

  /** Starts a service and waits until it is ready, unless told not to. */
  static async start(
    name: 'orders' | 'inventory' | 'provider',
    env: Record<string, string>,
    options: { readonly port?: number; readonly stdout?: number; readonly preload?: string } = {},
  ): Promise<RunningService> {
    const port = options.port ?? (await freePort())
    const main = join(import.meta.dirname, '..', name, 'main.ts')
    const preloaded =
      options.preload === undefined ? [] : ['Bun' in globalThis ? '--preload' : '--import', options.preload]
    const child = spawn(process.execPath, [...preloaded, main], {
      stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
      env: { ...plainEnvironment(), [`${name.toUpperCase()}_HTTP_ADDR`]: `127.0.0.1:${port}`, ...env },
    })
    const service = new RunningService(port, child)
    await service.#until(name === 'provider' ? '/.well-known/openid-configuration' : '/readyz')
    return service
  }

  async #until(path: string): Promise<void> {
    const end = performance.now() + 30_000
    while (performance.now() < end) {
      const { exitCode } = this.#child
      if (exitCode !== null) throw new Error(`the service ended with exit code ${exitCode}:\n${this.#output}`)
      const answer = await fetch(this.url + path).catch(() => undefined)
      await answer?.body?.cancel()
      if (answer?.ok) return
      await sleep(20)
    }
    throw new Error(`${path} was not answered within 30 s: ${this.#output}`)
  }

  /** Everything it has written so far, on both streams. */
  get output(): string {
    return this.#output
  }

  /** The JSON lines it has written so far. */
  get lines(): Record<string, unknown>[] {
    return this.#output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal and waits for the end: the exit code, or the name of the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const ended = this.ended()
    this.#child.kill(signal)
    return ended
  }

  ended(): Promise<number | NodeJS.Signals | null> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return Promise.resolve(exitCode ?? signalCode)
    return new Promise((resolve) => this.#child.once('exit', (code, by) => resolve(code ?? by)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }
}

/** Node keeps what it has compiled there, so that the next service starts in half the time. */
export const compileCache = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/shop') } as const

/** What a test inherits must not configure the services. */
function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { ...compileCache, PATH, HOME, NODE_ENV: 'test', DEVELOPMENT_FOLDER: developmentFolder, ...providerSettings }
}

/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, unknown>
}

/** Sends JSON, by default as a person who may cancel orders, and gives what came back. */
export async function send(
  url: string,
  method = 'GET',
  body?: unknown,
  headers: Readonly<Record<string, string>> = person(),
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
}
