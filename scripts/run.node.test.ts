import { describe, expect, test } from 'vitest'
import { run, runAll } from './run.ts'

describe('run', () => {
  test('keeps all output and the exit code', async () => {
    const { code, output } = await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])
    expect(code).toBe(3)
    expect(output.split('\n').toSorted()).toEqual(['', 'err', 'out'])
  })

  test('a program that is killed has failed', async () => {
    expect(await run('sh', ['-c', 'kill -9 $$'])).toEqual({ code: 1, output: '\nended by SIGKILL\n' })
    expect((await run('sleep', ['30'], { timeout: 50 })).code).toBe(1)
  })

  test('does not wait for what the program left behind', async () => {
    const start = performance.now()
    expect(await run('sh', ['-c', 'sleep 20 & echo done'])).toEqual({ code: 0, output: 'done\n' })
    expect(performance.now() - start).toBeLessThan(15_000)
  })

  test('kills the program when told to', async () => {
    expect((await run('sleep', ['30'], { signal: AbortSignal.timeout(50) })).output).toContain('SIGKILL')
  })

  test('runs the pinned Node, whatever the machine has', async () => {
    expect((await run('node', ['--version'], { env: { PATH: '/usr/bin' } })).output).toMatch(/^v26\./)
  })

  test('rejects when there is no such program', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow('ENOENT')
  })
})

test('runAll keeps the order and never runs more than it may', async () => {
  let running = 0
  let most = 0
  const results = await runAll([30, 10, 20, 5], async (milliseconds) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    running--
    return milliseconds
  })
  expect(results).toEqual([30, 10, 20, 5])
  expect(most).toBe(2)
})
