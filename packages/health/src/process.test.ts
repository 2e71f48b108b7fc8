import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'

const source = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Runs a module in a process of its own, on the runtime of the test. */
function run(code: string): ChildProcess {
  const options = 'Bun' in globalThis ? [] : ['--input-type=module']
  const child = spawn(process.execPath, [...options, '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())))
}

describe('a process', () => {
  test('ends by itself while checks have intervals and the loop is watched (health/20)', async () => {
    const child = run(`
      import { eventLoopCheck, health } from ${source('./index.ts')}
      const loop = { check: eventLoopCheck({ p99: '1s' }), interval: '10s' }
      const part = health({ checks: { loop, db: { check: () => {}, interval: '10s' } } })
      console.log((await part.check()).status)
    `)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    expect(await firstLine(child)).toBe('pass')
    const late = new Promise((resolve) => setTimeout(resolve, 4_000, 'late').unref())
    expect(await Promise.race([exited, late])).toBe(0)
  })

  test('whose event loop is held up does not answer /livez, and does so after it (health/1)', async () => {
    const child = run(
      `
      import { serve } from ${source('../../../test/support/serve.ts')}
      import { handler } from '@seaworthy/middleware'
      import { health } from ${source('./index.ts')}
      const block = () => {
        for (const end = performance.now() + 1200; performance.now() < end; );
        return new Response()
      }
      console.log((await serve(handler(health(), block))).url)
    `.replace("'@seaworthy/middleware'", source('../../middleware/src/index.ts')),
    )
    const url = await firstLine(child)
    const livez = async (): Promise<number | string> =>
      fetch(`${url}/livez`, { signal: AbortSignal.timeout(500) }).then(
        ({ status }) => status,
        () => 'no answer',
      )
    expect(await livez()).toBe(200)
    const blocked = fetch(`${url}/block`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await livez()).toBe('no answer')
    await blocked
    expect(await livez()).toBe(200)
  })
})
