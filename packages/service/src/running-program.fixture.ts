import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../../test/support/serve.ts'
import type { Scenario } from './program.fixture.ts'

const script = fileURLToPath(new URL('program.fixture.ts', import.meta.url))

/** The program of the fixture in a process of its own, on the runtime that runs the test. */
export class RunningProgram implements AsyncDisposable {
  /** Everything it has written, on both streams. */
  output = ''
  readonly exit: Promise<number | NodeJS.Signals | null>
  readonly #child: ChildProcess

  constructor(scenario: Scenario, variables: Readonly<Record<string, string>> = {}) {
    const { PATH = '', HOME = '' } = process.env
    const env = { PATH, HOME, NODE_ENV: 'production', ...variables }
    this.#child = spawn(process.execPath, [script, JSON.stringify(scenario)], { env })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    this.exit = new Promise((resolve) => this.#child.once('close', (code, signal) => resolve(code ?? signal)))
  }

  /** Starts it, and waits until it listens. */
  static async start(scenario: Scenario, variables?: Readonly<Record<string, string>>): Promise<RunningProgram> {
    return new RunningProgram(scenario, variables).says('ready ')
  }

  async says(text: string): Promise<this> {
    await eventually(() => this.output.includes(text), `${text} in:\n${this.output}`, 10_000)
    return this
  }

  /** Where it listens; by its word, `second` for another service in it. */
  url(word: 'ready' | 'second' = 'ready'): string {
    return new RegExp(`^${word} (\\S+)`, 'm').exec(this.output)?.[1] ?? ''
  }

  /** The JSON lines it has written, in order. */
  get lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }

  get messages(): unknown[] {
    return this.lines.map(({ msg }) => msg)
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
