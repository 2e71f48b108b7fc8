import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('program.fixture.ts', import.meta.url))

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that runs one of the programs. */
export interface RunningProgram {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has written so far. */
  stderr(): string
}

/** Starts a program of `program.fixture.ts` on the runtime of the test. */
export function startProgram(args: readonly string[], stdio: StdioOptions = 'pipe'): RunningProgram {
  return watch(spawn(process.execPath, [program, ...args], { stdio, env: cleanEnv() }))
}

/** Starts a program in a shell command, in which `$PROGRAM` runs it. */
export function startShell(command: string): RunningProgram {
  const env = { ...cleanEnv(), PROGRAM: `${process.execPath} ${program}` }
  return watch(spawn('sh', ['-c', command], { env }))
}

function watch(child: ChildProcess): RunningProgram {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }))
  })
  return { child, ended, stderr: () => stderr }
}

/** Test runners and their terminals must not decide about colours. */
function cleanEnv(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env
  return { ...env, TERM: 'xterm' }
}

/** Runs a program to its end. */
export function runProgram(...args: readonly string[]): Promise<Ended> {
  return startProgram(args).ended
}
