import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type OwnServer, skipWithout, untilListening } from './own-server.ts'

/** Whether the tests that need PostgreSQL are skipped on this machine. */
export function skipPostgres(): boolean {
  return skipWithout('postgresql', binaries() !== undefined)
}

/** Starts a PostgreSQL of the test's own, with an empty cluster, on a free loopback port. */
export async function startPostgres(): Promise<OwnServer> {
  const bin = binaries() ?? missing()
  const parent = mkdtempSync(join(tmpdir(), 'postgres-'))
  const data = join(parent, 'data')
  chmodSync(parent, 0o777)
  const [initdb = '', ...initArgs] = unprivileged(join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'test', '-N')
  execFileSync(initdb, initArgs, { stdio: 'ignore', cwd: parent })
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const [postgres = '', ...args] = unprivileged(
    join(bin, 'postgres'),
    '-D',
    data,
    ...settings.flatMap((s) => ['-c', s]),
  )
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    server = spawn(postgres, args, { stdio: 'ignore', cwd: parent })
    await untilListening(port)
    await untilReady(bin, port)
  }

  async function stop(): Promise<void> {
    const stopped = server
    server = undefined
    if (stopped === undefined) return
    const exited = new Promise((resolve) => stopped.once('exit', resolve))
    const pids = processes(data)
    signal(pids.slice(0, 1), 'SIGQUIT')
    signal(pids, 'SIGCONT')
    await exited
  }

  await start()
  return {
    port,
    url: `postgres://test@127.0.0.1:${port}/postgres`,
    start,
    stop,
    freeze: () => signal(processes(data), 'SIGSTOP'),
    thaw: () => signal(processes(data), 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

/** It accepts connections while it is still starting up, and refuses statements. */
async function untilReady(bin: string, port: number): Promise<void> {
  const end = performance.now() + 15_000
  const args = ['-h', '127.0.0.1', '-p', String(port), '-q']
  while (spawnSync(join(bin, 'pg_isready'), args).status !== 0) {
    if (performance.now() > end) throw new Error('PostgreSQL takes no statements after 15 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function missing(): never {
  throw new Error('PostgreSQL is required: install postgresql')
}

/** The newest installed version. */
function binaries(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin/postgres')
    .toSorted()
    .at(-1)
    ?.replace(/\/postgres$/, '')
}

/** PostgreSQL refuses to run as root. Unlike `runuser`, `setpriv` becomes the command instead of watching over it. */
function unprivileged(...command: string[]): string[] {
  if (process.getuid?.() !== 0) return command
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
}

/** The postmaster, then its children: each backend is a process of its own. */
function processes(data: string): number[] {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return []
  const [postmaster = ''] = readFileSync(file, 'utf8').split('\n')
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  return [postmaster, ...children.trim().split(' ')].filter(Boolean).map(Number)
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It has ended since it was listed.
    }
  }
}
