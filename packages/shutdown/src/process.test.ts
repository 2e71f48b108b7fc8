import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { skipWithout } from '../../../test/support/own-server.ts'
import { eventually } from '../../../test/support/serve.ts'
import type { Scenario } from './process.fixture.ts'

const script = fileURLToPath(new URL('process.fixture.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A service in a process of its own. */
class Service {
  output = ''
  errors = ''
  readonly child: ChildProcess
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>

  constructor(scenario: Scenario, environment: string = 'production', prefix: readonly string[] = []) {
    const [command = '', ...args] = [...prefix, process.execPath, script, JSON.stringify(scenario)]
    this.child = spawn(command, args, { env: { ...process.env, NODE_ENV: environment } })
    children.push(this.child)
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
    this.exit = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })))
  }

  async says(text: string): Promise<this> {
    await eventually(
      () => `${this.output}${this.errors}`.includes(text),
      `${text} in ${this.output}${this.errors}`,
      10_000,
    )
    return this
  }

  /** Sends a signal. @returns Milliseconds until the process has ended. */
  async ends(signal: NodeJS.Signals): Promise<number> {
    const start = performance.now()
    this.child.kill(signal)
    await this.exit
    return performance.now() - start
  }
}

describe('a process', () => {
  test('that gets SIGTERM drains for its delay, runs its hooks and exits with 0 (shutdown/19) (shutdown/2)', async () => {
    const service = await new Service({ options: { drainDelay: 300 } }).says('ready')
    const took = await service.ends('SIGTERM')
    expect(await service.exit).toEqual({ code: 0, signal: null })
    expect(took).toBeGreaterThanOrEqual(290)
    expect(service.output).toContain('hook closing\nlast')
    expect(service.errors).toContain('draining reason="SIGTERM" drainDelay=300 deadline=25000')
  })

  test('delays for 5 s within 25 s by default (shutdown/19)', async () => {
    const service = await new Service({}).says('ready')
    service.child.kill('SIGTERM')
    await service.says('drainDelay=5000 deadline=25000')
  })

  test('that gets SIGINT does not delay (shutdown/19)', async () => {
    const service = await new Service({ options: { drainDelay: '10s' } }).says('ready')
    expect(await service.ends('SIGINT')).toBeLessThan(5000)
    expect(await service.exit).toEqual({ code: 0, signal: null })
  })

  test.each(['development', 'test'])('does not delay in %s (shutdown/19)', async (environment) => {
    const service = await new Service({ options: { drainDelay: '10s' } }, environment).says('ready')
    expect(await service.ends('SIGTERM')).toBeLessThan(5000)
    expect(await service.exit).toEqual({ code: 0, signal: null })
  })

  test('that is asked to stop while it starts does not delay, and stops (shutdown/20)', async () => {
    const service = await new Service({ options: { drainDelay: '10s' }, slowStart: 30_000 }).says('pid')
    expect(await service.ends('SIGTERM')).toBeLessThan(5000)
    expect(await service.exit).toEqual({ code: 0, signal: null })
    expect(service.output).not.toContain('ready')
  })

  test('listens to the signals of its options alone (shutdown/11)', async () => {
    const service = await new Service({ options: { signals: ['SIGUSR2'] } }).says('ready')
    await service.ends('SIGTERM')
    expect(await service.exit).toEqual({ code: null, signal: 'SIGTERM' })
    const other = await new Service({ options: { signals: ['SIGUSR2'] } }).says('ready')
    await other.ends('SIGUSR2')
    expect(await other.exit).toEqual({ code: 0, signal: null })
  })

  test('exits with 1 at once on a second signal, whichever it is (shutdown/21)', async () => {
    for (const [first, second] of [
      ['SIGTERM', 'SIGTERM'],
      ['SIGINT', 'SIGTERM'],
    ] as const) {
      const service = await new Service({ options: { drainDelay: '10s' }, hook: -1 }).says('ready')
      service.child.kill(first)
      await service.says('draining')
      expect(await service.ends(second)).toBeLessThan(2000)
      expect(await service.exit).toEqual({ code: 1, signal: null })
      expect(service.errors).toContain('second signal')
    }
  })

  test('exits with 1 at the deadline, and names what was open (shutdown/12)', async () => {
    const service = await new Service({ options: { drainDelay: 50, deadline: 400 }, hook: -1 }).says('ready')
    const took = await service.ends('SIGTERM')
    expect(await service.exit).toEqual({ code: 1, signal: null })
    expect(took).toBeLessThan(3000)
    expect(service.errors).toContain('The hook "db" did not end within')
    expect(service.output).toContain('last')
  })

  test('is ended by a signal that is not trapped, such as SIGSEGV (shutdown/11)', async () => {
    const service = await new Service({}).says('ready')
    await service.ends('SIGSEGV')
    expect((await service.exit).code).not.toBe(0)
    expect(service.output).not.toContain('hook')
  })
})

describe('an error that nobody caught', () => {
  test.each([
    ['throw', 'nobody catches me', 'uncaughtException'],
    ['reject', 'nobody awaits me', 'unhandledRejection'],
  ] as const)('%s: is reported, drained shortly, and exits with 1 (shutdown/22)', async (incident, message, reason) => {
    const service = new Service({ options: { drainDelay: '10s', deadline: '20s' }, incident })
    expect(await service.exit).toEqual({ code: 1, signal: null })
    expect(service.errors).toContain(message)
    expect(service.errors).toContain(`draining reason="${reason}" drainDelay=0 deadline=5000`)
    expect(service.output).toContain('hook closing\nlast')
  })

  test('while draining is reported, stops nothing, and makes the exit code 1 (shutdown/22)', async () => {
    const service = await new Service({ options: { drainDelay: 0 }, hook: 200, incident: 'throw while draining' }).says(
      'ready',
    )
    await service.ends('SIGTERM')
    expect(await service.exit).toEqual({ code: 1, signal: null })
    expect(service.errors).toContain('while draining')
    expect(service.output).toContain('last')
  })

  test('is left to the runtime when it is to be ignored (shutdown/22)', async () => {
    const service = new Service({ options: { onUncaught: 'ignore' }, incident: 'throw' })
    expect((await service.exit).code).not.toBe(0)
    expect(service.errors).toContain('nobody catches me')
    expect(service.output).not.toContain('hook')
  })
})

/** A command that makes its process PID 1 of a namespace, where this machine permits it. */
function pidOne(): readonly string[] | undefined {
  const ways = [
    ['unshare', '--pid', '--fork', '--kill-child'],
    ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'],
  ]
  return ways.find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0)
}

const unshare = pidOne()

describe.skipIf(skipWithout('unshare', unshare !== undefined))('as PID 1', () => {
  test('a process stops on SIGTERM like any other (shutdown/23)', async () => {
    const service = await new Service({ options: { drainDelay: 100 } }, 'production', unshare).says('ready')
    expect(service.output).toContain('pid 1\n')
    const { pid } = service.child
    const inner = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
    process.kill(inner, 'SIGTERM')
    expect(await service.exit).toEqual({ code: 0, signal: null })
    expect(service.output).toContain('hook closing\nlast')
  })

  test('a process stops on a second signal and on an uncaught error (shutdown/23)', async () => {
    const service = await new Service({ options: { drainDelay: '10s' } }, 'production', unshare).says('ready')
    const { pid } = service.child
    const inner = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
    process.kill(inner, 'SIGTERM')
    await service.says('draining')
    process.kill(inner, 'SIGTERM')
    expect(await service.exit).toEqual({ code: 1, signal: null })
    const failing = new Service({ incident: 'throw' }, 'production', unshare)
    expect(await failing.exit).toEqual({ code: 1, signal: null })
  })
})
