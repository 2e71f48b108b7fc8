import { type ChildProcess, spawn } from 'node:child_process'
import { eventually } from './serve.ts'

/** What a program is started with. */
export interface ChildOptions {
  readonly args?: readonly string[]
  /** Its environment, beside PATH and HOME: what a test inherits must not configure it. */
  readonly variables?: Readonly<Record<string, string>>
}

/** A program in a process of its own, on the runtime that runs the test. */
export class ChildProgram implements AsyncDisposable {
  /** Everything it has written, on both streams. */
  output = ''
  /** The exit code, or the name of the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals | null>
  readonly #child: ChildProcess
  #ended = false

  constructor(script: string, { args = [], variables = {} }: ChildOptions = {}) {
    const { PATH = '', HOME = '' } = process.env
    this.#child = spawn(process.execPath, [script, ...args], { env: { PATH, HOME, ...variables } })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    this.exit = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => {
        this.#ended = true
        resolve(code ?? signal)
      }),
    )
  }

  /** Waits until it has written this. */
  async says(text: string): Promise<this> {
    await eventually(() => this.#ended || this.output.includes(text), `${text} in:\n${this.output}`, 15_000)
    if (!this.output.includes(text)) throw new Error(`It ended without ${text}:\n${this.output}`)
    return this
  }

  /** The address that it printed after this text, without a slash at the end. */
  url(after: string): string {
    return new RegExp(`^${after} (\\S+?)/?$`, 'm').exec(this.output)?.[1] ?? ''
  }

  /** The JSON lines it has written, in order. */
  get lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends SIGTERM and waits for the end. */
  async ends(): Promise<number | NodeJS.Signals | null> {
    this.signal('SIGTERM')
    return this.exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL')
    await this.exit
  }
}
