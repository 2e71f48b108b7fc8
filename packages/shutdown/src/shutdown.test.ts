import { describe, expect, test } from 'vitest'
import { RecordingLogger } from './recording-logger.fixture.ts'
import { shutdown, type Lifecycle, type Listener, type ShutdownOptions } from './index.ts'

const logger = (): RecordingLogger => new RecordingLogger()

/** A life cycle that leaves this process alone. */
function quiet(options: ShutdownOptions = {}): Lifecycle {
  return shutdown({ signals: [], onUncaught: 'ignore', logger: logger(), deadline: '5s', drainDelay: 0, ...options })
}

/** A server whose calls are noted. */
function listener(calls: string[], close: () => Promise<unknown> = async () => undefined): Listener {
  return {
    name: 'http://test',
    drain: () => void calls.push('drain'),
    close: async () => {
      calls.push('close')
      await close()
    },
    destroy: () => void calls.push('destroy'),
  }
}

const never = (): Promise<never> => new Promise(() => undefined)

describe('a life cycle', () => {
  test('goes from starting to ready to draining, closing and stopped (shutdown/1)', async () => {
    const life = quiet()
    const states = [life.state]
    life.attach({
      name: 'http',
      drain: () => void states.push(life.state),
      close: async () => void states.push(life.state),
      destroy: () => undefined,
    })
    life.ready()
    states.push(life.state)
    await life.stop()
    expect([...states, life.state]).toEqual(['starting', 'ready', 'draining', 'closing', 'stopped'])
  })

  test('is not ready again once it has begun to stop (shutdown/1)', async () => {
    const life = quiet()
    const stopped = life.stop()
    life.ready()
    expect(life.state).not.toBe('ready')
    await stopped
    life.ready()
    expect(life.state).toBe('stopped')
  })

  test('drains, closes servers and connections, then runs hooks, then the last hooks (shutdown/2)', async () => {
    const life = quiet()
    const calls: string[] = []
    life.last('telemetry', () => void calls.push('telemetry'))
    life.hook('db', () => void calls.push('db'))
    life.track({ end: () => void calls.push('end') })
    life.attach(
      listener(calls, async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        calls.push('closed')
      }),
    )
    expect(await life.stop()).toMatchObject({ clean: true, open: [], failed: [] })
    expect(calls).toEqual(['drain', 'close', 'end', 'closed', 'db', 'telemetry'])
  })

  test('stops once, however often it is asked, and gives everybody the same report (shutdown/3)', async () => {
    const life = quiet()
    const calls: string[] = []
    life.hook('db', () => void calls.push('db'))
    const [first, second] = await Promise.all([life.stop('upgrade'), life.stop('again')])
    expect(first).toBe(second)
    expect(await life.stop()).toBe(first)
    expect(first.reason).toBe('upgrade')
    expect(calls).toEqual(['db'])
  })

  test('stops at the end of an `await using` block (shutdown/3)', async () => {
    const calls: string[] = []
    {
      await using life = quiet()
      life.hook('db', () => void calls.push('db'))
    }
    expect(calls).toEqual(['db'])
  })

  test('aborts its signal when closing begins, not while it drains (shutdown/4)', async () => {
    const life = quiet()
    const seen: boolean[] = []
    life.attach({
      name: 'http',
      drain: () => void seen.push(life.signal.aborted),
      close: async () => void seen.push(life.signal.aborted),
      destroy: () => undefined,
    })
    await life.stop()
    expect(seen).toEqual([false, true])
    expect(life.signal.reason).toMatchObject({ code: 'ERR_SHUTDOWN_STOPPING' })
  })

  test('drains and closes a server that is attached late (shutdown/5)', async () => {
    const life = quiet()
    const calls: string[] = []
    life.hook('late start', () => life.attach(listener(calls)))
    await life.stop()
    expect(calls).toEqual(['drain', 'close'])
  })

  test('goes on when a server fails to drain or to close (shutdown/5)', async () => {
    const lines = logger()
    const life = quiet({ logger: lines })
    const calls: string[] = []
    life.hook('db', () => void calls.push('db'))
    life.attach({
      name: 'http://broken',
      drain: () => {
        throw new Error('no drain')
      },
      close: () => Promise.reject(new Error('no close')),
      destroy: () => undefined,
    })
    await life.stop()
    expect(calls).toEqual(['db'])
    expect(lines.at('error').map(({ fields }) => fields)).toEqual([
      { server: 'http://broken' },
      { server: 'http://broken' },
    ])
  })

  test('stops even if its logger throws (shutdown/8)', async () => {
    const fails = (): never => {
      throw new Error('no space left on device')
    }
    const life = quiet({ logger: { info: fails, warn: fails, error: fails } })
    const calls: string[] = []
    life.hook('db', () => void calls.push('db'))
    life.hook('fails', fails)
    expect(await life.stop()).toMatchObject({ clean: false, failed: ['fails'] })
    expect(calls).toEqual(['db'])
  })

  test('cuts a server that does not close in time, names it, and still runs the hooks (shutdown/12)', async () => {
    const lines = logger()
    const life = quiet({ deadline: 800, logger: lines })
    const calls: string[] = []
    life.attach(listener(calls, never))
    life.hook('db', () => void calls.push('db'))
    const report = await life.stop()
    expect(calls).toEqual(['drain', 'close', 'destroy', 'db'])
    expect(report).toMatchObject({ clean: false, open: ['connections to http://test'] })
    expect(report.duration).toBeLessThan(800)
    expect(String(lines.at('error')[0]?.error)).toContain('connections to http://test')
  })
})

describe('the deadline', () => {
  test('ends a shutdown whose last hook has more patience than there is time, and names it (shutdown/12)', async () => {
    const life = quiet({ deadline: 100 })
    life.last('telemetry', never, { timeout: '10s' })
    const report = await life.stop()
    expect(report.duration).toBeGreaterThanOrEqual(95)
    expect(report.duration).toBeLessThan(1000)
    expect(report).toMatchObject({ clean: false, open: ['hook telemetry'] })
  })

  test('leaves hooks and last hooks their time when requests take all they can (shutdown/13)', async () => {
    const life = quiet({ deadline: 1_500 })
    const calls: string[] = []
    life.attach(listener([], never))
    const close = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      calls.push('db')
    }
    life.hook('db', close, { timeout: 500 })
    life.last('telemetry', () => void calls.push('telemetry'), { timeout: 200 })
    const { duration } = await life.stop()
    expect(calls).toEqual(['db', 'telemetry'])
    // 1,500 less 500 and 200 for requests, then the 50 of the hook.
    expect(duration).toBeGreaterThanOrEqual(840)
    expect(duration).toBeLessThan(1_500)
  })
})

describe('options', () => {
  test.each([{ drainDelay: '5s', deadline: '5s' }, { drainDelay: '26s' }, { drainDelay: 0, deadline: 0 }] as const)(
    'a drain delay that leaves no time is an error: %o (shutdown/15)',
    (options) => {
      expect(() => shutdown({ ...options, signals: [] })).toThrow(
        expect.objectContaining({ code: 'ERR_SHUTDOWN_OPTION' }),
      )
    },
  )

  test('a deadline over 28 s is a warning, one of 28 s is not (shutdown/15)', () => {
    const [at28, over28] = [logger(), logger()]
    quiet({ deadline: '28s', logger: at28 })
    quiet({ deadline: 28_001, logger: over28 })
    expect(at28.lines).toEqual([])
    expect(over28.at('warn').map(({ message }) => message)).toEqual([
      expect.stringContaining('terminationGracePeriodSeconds'),
    ])
  })

  test('a signal that is no request to stop is an error (shutdown/11)', () => {
    for (const signal of ['SIGSEGV', 'SIGBUS', 'SIGKILL', 'sigterm']) {
      // @ts-expect-error The type allows only signals that ask a process to end.
      expect(() => shutdown({ signals: [signal] })).toThrow(expect.objectContaining({ code: 'ERR_SHUTDOWN_OPTION' }))
    }
  })

  test('a malformed duration is an error', () => {
    // @ts-expect-error Not a duration.
    expect(() => quiet({ deadline: '5 seconds' })).toThrow(expect.objectContaining({ code: 'ERR_DURATION' }))
    // @ts-expect-error Not a duration.
    expect(() => quiet().hook('db', never, { timeout: '5 seconds' })).toThrow(
      expect.objectContaining({ code: 'ERR_DURATION' }),
    )
  })
})
