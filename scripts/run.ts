import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { root } from './workspace.ts'

/** How a program ended, and everything that it printed. */
export interface Finished {
  readonly code: number
  readonly output: string
}

/** How a program is run. */
export interface RunOptions {
  /** @default the repository's root */
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds after which the program is killed. @default never */
  readonly timeout?: number
  /** Kills the program when it aborts. */
  readonly signal?: AbortSignal
  /** Called with every piece of output as it arrives. */
  readonly onOutput?: (text: string) => void
}

/**
 * Runs a program to its end and keeps its output. Programs of `node_modules/.bin` come first, so that `node` and
 * `bun` are the pinned ones whatever the machine has.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { promise, resolve, reject } = Promise.withResolvers<Finished>()
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: withPinnedPrograms({ ...process.env, ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.timeout !== undefined && { timeout: options.timeout, killSignal: 'SIGKILL' as const }),
  })
  let output = ''
  const collect = (chunk: string): void => {
    output += chunk
    options.onOutput?.(chunk)
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  options.signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
  child.on('error', reject)
  child.on('exit', (code, signal) => {
    const finish = (): void => {
      clearTimeout(patience)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}\n` : output })
    }
    // A process that the program left behind may hold its output open for ever.
    const patience = setTimeout(finish, 2000)
    child.on('close', finish)
  })
  return promise
}

/** Runs `work` on every item, a few at a time, and keeps the order of the results. */
export async function runAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = 2,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

function withPinnedPrograms(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [join(root, 'node_modules', '.bin'), env['PATH'] ?? ''].join(delimiter) }
}
