import { describe, expect, test, vi } from 'vitest'
import { RecordingLogger } from './recording-logger.fixture.ts'
import { shutdown, type Lifecycle } from './index.ts'

function quiet(logger: RecordingLogger = new RecordingLogger()): Lifecycle {
  return shutdown({ signals: [], onUncaught: 'ignore', logger, deadline: '5s', drainDelay: 0 })
}

const never = (): Promise<never> => new Promise(() => undefined)

/** Lets faked time pass, and what follows from it happen. */
async function pass(milliseconds: number): Promise<void> {
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
  }
  await settle()
  vi.advanceTimersByTime(milliseconds)
  await settle()
}

const code = (value: string): unknown => expect.objectContaining({ code: value })

describe('hooks', () => {
  test('run in the reverse order of registration, one after the other (shutdown/6)', async () => {
    const life = quiet()
    const calls: string[] = []
    for (const name of ['config', 'db', 'queue']) {
      life.hook(name, async () => {
        calls.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        calls.push(`${name} ends`)
      })
    }
    await life.stop()
    expect(calls).toEqual(['queue begins', 'queue ends', 'db begins', 'db ends', 'config begins', 'config ends'])
  })

  test('wait for those in `after`, whatever the order of registration (shutdown/6)', async () => {
    const life = quiet()
    const calls: string[] = []
    const note = (name: string) => (): void => void calls.push(name)
    life.hook('queue', note('queue'))
    life.hook('db', note('db'), { after: ['http', 'queue', 'cache'] })
    life.hook('cache', note('cache'), { after: ['queue'] })
    await life.stop()
    expect(calls).toEqual(['queue', 'cache', 'db'])
  })

  test('refuse a circle, an unknown name and a name that is taken (shutdown/7)', () => {
    const life = quiet()
    life.hook('a', never, { after: ['b'] })
    life.hook('b', never, { after: ['c'] })
    expect(() => life.hook('c', never, { after: ['a'] })).toThrow('c after a after b after c')
    expect(() => life.hook('self', never, { after: ['self'] })).toThrow(code('ERR_SHUTDOWN_HOOK'))
    expect(() => life.hook('a', never)).toThrow(code('ERR_SHUTDOWN_HOOK'))
    expect(() => life.hook('http', never)).toThrow(code('ERR_SHUTDOWN_HOOK'))
    expect(() => life.ready()).toThrow('The hook "b" runs after "c", which is not registered.')
    expect(life.state).toBe('starting')
  })

  test('can be taken out, and replaced (shutdown/7)', async () => {
    const life = quiet()
    const calls: string[] = []
    const remove = life.hook('db', () => void calls.push('old'))
    remove()
    remove()
    life.hook('db', () => void calls.push('new'))
    await life.stop()
    expect(calls).toEqual(['new'])
  })

  test('that fail or hang are named, and do not keep the others from running (shutdown/8)', async () => {
    const logger = new RecordingLogger()
    const life = quiet(logger)
    const calls: string[] = []
    life.hook('first', () => void calls.push('first'))
    life.hook('hangs', never, { timeout: 30 })
    life.hook('rejects', () => Promise.reject(new Error('no')))
    life.hook('throws', () => {
      throw 'not even an Error'
    })
    const report = await life.stop()
    expect(calls).toEqual(['first'])
    expect(report).toMatchObject({ clean: false, failed: ['throws', 'rejects', 'hangs'], open: [] })
    expect(logger.at('error').map(({ fields }) => fields['hook'])).toEqual(['throws', 'rejects', 'hangs'])
    expect(String(logger.at('error')[2]?.error)).toContain('The hook "hangs" did not end within 30 ms.')
  })

  test('get a signal that aborts when their time is over (shutdown/8)', async () => {
    const life = quiet()
    let seen: AbortSignal | undefined
    life.hook('slow', (signal) => ((seen = signal), never()), { timeout: 20 })
    await life.stop()
    expect(seen?.reason).toMatchObject({ name: 'TimeoutError' })
  })

  test('have 5 s by default, last hooks 2 s (shutdown/8)', async () => {
    vi.useFakeTimers()
    try {
      const logger = new RecordingLogger()
      const life = shutdown({ signals: [], onUncaught: 'ignore', logger, deadline: '60s', drainDelay: 0 })
      life.hook('hook', never)
      life.last('last', never)
      const stopped = life.stop()
      const failed = (): unknown[] => logger.at('error').map(({ fields }) => fields['hook'])
      await pass(4_999)
      expect(failed()).toEqual([])
      await pass(1)
      expect(failed()).toEqual(['hook'])
      await pass(1_999)
      expect(failed()).toEqual(['hook'])
      await pass(1)
      expect(failed()).toEqual(['hook', 'last'])
      await stopped
    } finally {
      vi.useRealTimers()
    }
  })

  test('may still be added while others run, and not after that (shutdown/7)', async () => {
    const life = quiet()
    const calls: string[] = []
    life.hook('db', () => {
      calls.push('db')
      life.hook('replica', () => void calls.push('replica'))
    })
    await life.stop()
    expect(calls).toEqual(['db', 'replica'])
    expect(() => life.hook('late', never)).toThrow(code('ERR_SHUTDOWN_STOPPING'))
    expect(() => life.last('late', never)).toThrow(code('ERR_SHUTDOWN_STOPPING'))
  })
})

describe('last hooks', () => {
  test('run after all others, also when those fail, and their own failure is no fault of the service (shutdown/9)', async () => {
    const logger = new RecordingLogger()
    const life = quiet(logger)
    const calls: string[] = []
    life.last('telemetry', () => {
      calls.push('telemetry')
      throw new Error('collector is down')
    })
    life.hook('db', () => void calls.push('db'))
    const report = await life.stop()
    expect(calls).toEqual(['db', 'telemetry'])
    expect(report).toMatchObject({ clean: true, failed: ['telemetry'] })
    expect(logger.at('error').map(({ fields }) => fields)).toEqual([{ hook: 'telemetry' }])
  })
})
