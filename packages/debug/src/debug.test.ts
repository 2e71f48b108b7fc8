import { handler } from '@seaworthy/middleware'
import { afterEach, describe, expect, test } from 'vitest'
import { debugApp } from './debug-app.test-kit.ts'
import { debug, DebugError, logPayloads, type DebugControl, type DebugOptions } from './index.ts'

const quiet = { info: (): void => undefined, warn: (): void => undefined }

describe('control', () => {
  const made: DebugControl[] = []
  afterEach(() => made.splice(0).forEach((control) => control.revertLevel()))

  test('gives the same as the pages (debug/46)', async () => {
    const { app, ask, watch, logger } = debugApp()
    const { control } = watch
    made.push(control)
    app.get('/', (c) => c.json({ inflight: control.inflight() }))
    expect([control.path, control.flamePath]).toEqual(['/debug', '/debug/flame'])
    const flame = await ask(`${control.flamePath.slice('/debug'.length)}?seconds=0.01`)
    expect(await flame.text()).toContain('Flame graph')
    const change = control.setLevel()
    expect(change).toEqual({ id: '1', level: 'debug', until: expect.any(String) })
    expect(logger.enabled('debug')).toBe(true)
    expect(await (await ask('/log')).json()).toMatchObject({ levels: [change] })
    expect(control.levels()).toEqual([change])
    expect(await (await app.request('/')).json()).toMatchObject({ inflight: [{ path: '/', phase: 'handler' }] })
    expect(await (await ask('/requests')).json()).toEqual({ requests: control.requests() })
    expect([control.revertLevel('9'), control.revertLevel('1'), control.revertLevel()]).toEqual([0, 1, 0])
  })

  test('is audited, and refuses what a request could not change either (debug/46) (debug/5) (debug/13)', () => {
    const { watch, output } = debugApp()
    made.push(watch.control)
    watch.control.setLevel({ level: 'warn', for: '1m' })
    watch.control.revertLevel()
    expect(output.messages).toEqual(['debug: level changed', 'debug: level reverted'])
    for (const change of [{ level: 'silent' }, { for: '2d' }, { nothing: 1 }, { logger: 'none' }]) {
      expect(() => watch.control.setLevel(change as never)).toThrow(
        expect.objectContaining({ code: 'ERR_DEBUG_LEVEL' }),
      )
    }
    expect(watch.control.levels()).toEqual([])
  })

  test('needs none of the rest of the middleware (debug/46)', async () => {
    const { control, hooks } = debug({ authorize: 'loopback', logger: quiet })
    made.push(control)
    const { setLevel, levels, inflight, requests } = control
    setLevel({ level: 'info' })
    expect([levels().length, inflight(), requests(), hooks.length]).toEqual([1, [], [], 1])
  })
})

describe('options', () => {
  const wrong: [name: string, options: Record<string, unknown>][] = [
    ['authorize', { authorize: 'everybody' }],
    ['path', { path: 'debug' }],
    ['path', { path: '/' }],
    ['path', { path: '/debug/' }],
    ['path', { path: '/de bug' }],
    ['path', { path: 7 }],
    ['maxSeconds', { maxSeconds: 0 }],
    ['maxSeconds', { maxSeconds: 1.5 }],
    ['maxSeconds', { maxSeconds: 3601 }],
    ['maxSeconds', { maxSeconds: '60s' }],
    ['keep', { keep: -1 }],
    ['keep', { keep: 10_001 }],
    ['logger', { logger: {} }],
    ['logger', { logger: null }],
    ['routes', { routes: [] }],
    ['config', { config: 'x' }],
    ['config', { config: null }],
    ['logger', { payloads: { logger: {} } }],
    ['maxSize', { payloads: { maxSize: '2MiB' } }],
  ]

  test('that cannot be kept throw, with what to write instead (debug/47)', () => {
    for (const [name, options] of wrong) {
      const make = (): unknown => debug({ authorize: 'loopback', ...options } as DebugOptions)
      expect(make).toThrow(DebugError)
      expect(make).toThrow(expect.objectContaining({ code: 'ERR_DEBUG_OPTION' }))
      expect(make).toThrow(new RegExp(`"${name}" cannot be used\\. (Write|Pass) `))
    }
    expect(() => logPayloads({ maxSize: '2MiB' })).toThrow(expect.objectContaining({ code: 'ERR_DEBUG_OPTION' }))
    expect(() => logPayloads({ maxSize: 'much' as never })).toThrow(expect.objectContaining({ code: 'ERR_SIZE' }))
  })

  test('that are undefined are those that were not given (debug/48)', async () => {
    const options = { authorize: () => true, path: undefined, keep: undefined, logger: quiet, maxSeconds: undefined }
    const watch = debug(options as never)
    const fetch = handler(watch, () => new Response())
    expect(watch.control.path).toBe('/debug')
    const refusal = await fetch(new Request('http://localhost/debug/profile?seconds=99'))
    expect(await refusal.json()).toMatchObject({ detail: expect.stringContaining('up to 60') })
  })

  test('are not changed (debug/47)', () => {
    const options = Object.freeze({ authorize: 'loopback', logger: quiet, payloads: Object.freeze({}) } as const)
    expect(() => debug(options)).not.toThrow()
  })
})

test('a request that nobody asks about passes in step (debug/7)', () => {
  const answer = new Response()
  const fetch = handler(debug({ authorize: 'loopback', logger: quiet }), () => answer)
  expect(fetch(new Request('http://localhost/'))).toBe(answer)
})
