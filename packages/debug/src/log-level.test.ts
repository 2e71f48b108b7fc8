import { createLogger, requestLog, type Logger } from '@seaworthy/log'
import { memoryOutput, type MemoryOutput } from '@seaworthy/log/testing'
import { handler, middleware, stack, type Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { debugApp, operator, type DebugApp } from './debug-app.test-kit.ts'
import { debug, type DebugOptions, type LevelChange, type LevelSwitch } from './index.ts'

const made: DebugApp[] = []
afterEach(() => made.splice(0).forEach(({ watch }) => watch.control.revertLevel()))

function levelApp(options?: Partial<DebugOptions>): DebugApp {
  const one = debugApp(options)
  made.push(one)
  return one
}

function memoryLogger(): { logger: Logger; output: MemoryOutput } {
  const output = memoryOutput()
  return { logger: createLogger({ outputs: [output] }), output }
}

async function changed(response: Response): Promise<LevelSwitch> {
  expect(response.status).toBe(200)
  const { changed: change } = (await response.json()) as { changed: LevelSwitch }
  return change
}

const minutes = ({ until }: LevelSwitch): number => Math.round((Date.parse(until) - Date.now()) / 60_000)

describe('a change', () => {
  test('is for all loggers, debug and ten minutes without more (debug/8)', async () => {
    const one = memoryLogger()
    const { change, logger, watch } = levelApp()
    for (const body of ['', '{}']) {
      const made = await changed(await change(body === '' ? undefined : {}))
      expect([made.level, minutes(made)]).toEqual(['debug', 10])
      one.logger.debug(body)
      expect(logger.enabled('debug')).toBe(true)
      watch.control.revertLevel()
      one.logger.debug('not')
    }
    expect(one.output.messages).toEqual(['', '{}'])
  })

  test('has its level and its time (debug/8)', async () => {
    const { logger } = memoryLogger()
    const { change } = levelApp()
    const made = await changed(await change({ level: 'error', for: '2h' }))
    expect([made.level, minutes(made)]).toEqual(['error', 120])
    expect([logger.enabled('warn'), logger.enabled('error')]).toEqual([false, true])
    expect(minutes(await changed(await change({ for: 120_000 })))).toBe(2)
  })

  test('takes itself back (debug/9) (debug/5)', async () => {
    const { logger } = memoryLogger()
    const { change, output, watch } = levelApp()
    await changed(await change({ for: '100ms' }))
    expect(logger.enabled('debug')).toBe(true)
    await eventually(() => !logger.enabled('debug'), 'the level is back')
    expect(watch.control.levels()).toEqual([])
    expect(output.messages.at(-1)).toBe('debug: level reverted')
  })

  test('does not keep the process alive (debug/9)', async () => {
    const { change } = levelApp()
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    await changed(await change({ for: '23h' }))
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before)
  })

  test('is taken back alone or with all others, and the latest counts (debug/9)', async () => {
    const { logger } = memoryLogger()
    const { change } = levelApp()
    const enabled = (): boolean[] => [logger.enabled('debug'), logger.enabled('info'), logger.enabled('error')]
    const first = await changed(await change({ level: 'error' }))
    const second = await changed(await change({ level: 'debug' }))
    const third = await changed(await change({ level: 'fatal' }))
    expect(enabled()).toEqual([false, false, false])
    expect(await (await change({ revert: third.id })).json()).toMatchObject({ reverted: 1, levels: [first, second] })
    expect(enabled()).toEqual([true, true, true])
    expect(await (await change({ revert: second.id })).json()).toMatchObject({ reverted: 1, levels: [first] })
    expect(enabled()).toEqual([false, false, true])
    await changed(await change({ level: 'debug' }))
    expect(await (await change({ revert: 'all' })).json()).toEqual({ reverted: 2, levels: [] })
    expect(await (await change({ revert: first.id })).json()).toEqual({ reverted: 0, levels: [] })
    expect(enabled()).toEqual([false, true, true])
  })

  test('is for one logger with its children (debug/10)', async () => {
    const [one, other] = [memoryLogger(), memoryLogger()]
    const { change } = levelApp({ loggers: { one: one.logger.with({ part: 1 }), other: other.logger } })
    await changed(await change({ logger: 'one' }))
    expect([one.logger.with({ a: 1 }).enabled('debug'), other.logger.enabled('debug')]).toEqual([true, false])
  })

  test('switches a logger of another make, as a whole (debug/10)', async () => {
    const foreign = pino({ level: 'warn' }, { write: () => undefined })
    const { change, watch } = levelApp({ loggers: { foreign } })
    const first = await changed(await change({ logger: 'foreign' }))
    expect([foreign.level, foreign.isLevelEnabled('debug')]).toEqual(['debug', true])
    await changed(await change({ logger: 'foreign', level: 'error' }))
    watch.control.revertLevel(first.id)
    expect(foreign.level).toBe('error')
    watch.control.revertLevel()
    expect(foreign.level).toBe('warn')
    await changed(await change({}))
    expect(foreign.level).toBe('debug')
    watch.control.revertLevel()
    await changed(await change({ route: '/x' }))
    expect(foreign.level).toBe('warn')
    const single = await change({ logger: 'foreign', route: '/x' })
    expect([single.status, ((await single.json()) as { detail: string }).detail]).toEqual([
      400,
      'The logger "foreign" is switched as a whole. Leave route, header and principal out.',
    ])
    expect(foreign.level).toBe('warn')
  })
})

/** Which of several requests write debug lines, with `debug()` mounted in every place. */
async function debugged(change: LevelChange, options: Partial<DebugOptions> = {}): Promise<string[][]> {
  const orders: ((watch: Middleware, log: Middleware, guard: Middleware) => Middleware[])[] = [
    (watch, log, guard) => [watch, log, guard],
    (watch, log, guard) => [log, guard, watch],
    (watch, log, guard) => [stack(log, watch), guard],
  ]
  return Promise.all(
    orders.map(async (order) => {
      const { logger, output } = memoryLogger()
      const watch = debug({ authorize: () => false, logger, loggers: { own: logger }, ...options })
      const guard = middleware({
        before(x) {
          const id = x.header('x-user')
          if (id !== undefined) x.caller = { id, scheme: 'test' }
        },
      })
      const app = new Hono().use(...order(watch, requestLog({ logger, level: () => 'silent' }), guard))
      app.get('/orders/:id', (c) => (logger.debug(`order ${c.req.param('id')}`), c.text('')))
      app.get('/stock', (c) => (logger.debug('stock'), c.text('')))
      const { id } = watch.control.setLevel({ ...change, logger: 'own' })
      await app.request('/orders/1')
      await app.request('/orders/2', { headers: { 'x-tenant': 'acme' } })
      await app.request('/orders/3', { headers: { 'x-user': 'ann' } })
      await app.request('/stock', { headers: { 'x-tenant': 'acme', 'x-user': 'ann' } })
      logger.debug('outside')
      watch.control.revertLevel(id)
      return output.messages.filter((message) => !message.startsWith('debug:'))
    }),
  )
}

const everywhere = (lines: string[]): string[][] => [lines, lines, lines]

describe('a change for single requests, wherever debug() is mounted', () => {
  test('of a route or a path (debug/11) (debug/12)', async () => {
    expect(await debugged({ route: '/orders/:id' })).toEqual(everywhere(['order 1', 'order 2', 'order 3']))
    expect(await debugged({ route: '/orders/2' })).toEqual(everywhere(['order 2']))
    expect(await debugged({ route: '/orders' })).toEqual(everywhere([]))
  })

  test('with a header (debug/11) (debug/12)', async () => {
    expect(await debugged({ header: 'X-Tenant: acme' })).toEqual(everywhere(['order 2', 'stock']))
    expect(await debugged({ header: 'x-tenant:acm' })).toEqual(everywhere([]))
  })

  test('of a caller (debug/11) (debug/12)', async () => {
    expect(await debugged({ principal: 'ann' })).toEqual(everywhere(['order 3', 'stock']))
    const principal: DebugOptions['principal'] = (x) => x.caller && `user ${x.caller.id}`
    expect(await debugged({ principal: 'user ann' }, { principal })).toEqual(everywhere(['order 3', 'stock']))
    expect(await debugged({ principal: 'ann' }, { principal })).toEqual(everywhere([]))
  })

  test('of all of these together (debug/11) (debug/12)', async () => {
    expect(await debugged({ header: 'x-tenant: acme', principal: 'ann' })).toEqual(everywhere(['stock']))
    expect(await debugged({ header: 'x-tenant: acme', principal: 'ann', route: '/orders/:id' })).toEqual(everywhere([]))
  })

  test('for all loggers is whole for every request (debug/12)', async () => {
    expect(await debugged({})).toEqual(everywhere(['order 1', 'order 2', 'order 3', 'stock', 'outside']))
  })
})

describe('what is posted', () => {
  test('is JSON whatever it is called, or a form (debug/13)', async () => {
    const { ask } = levelApp()
    const post = (body: string, type: string): Promise<Response> =>
      ask('/log', { method: 'POST', body, headers: { 'content-type': type } })
    const json = '{"level":"warn","for":"1h","header":"x-a: b=c&d"}'
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      expect(await changed(await post(json, type))).toMatchObject({ level: 'warn', header: 'x-a' })
    }
    const form = 'level=warn&for=1h&route=%2Forders%2F%3Aid&logger=&header=&principal='
    const type = 'application/x-www-form-urlencoded'
    expect(await changed(await post(form, type))).toMatchObject({ level: 'warn', route: '/orders/:id' })
  })

  test('by a page leads back to the index (debug/13)', async () => {
    const { ask, watch } = levelApp()
    const headers = { accept: 'text/html,*/*', 'content-type': 'application/x-www-form-urlencoded' }
    const response = await ask('/log', { method: 'POST', body: 'level=debug&for=10m', headers })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/debug'])
    const [change] = watch.control.levels()
    expect((await ask('/log', { method: 'POST', body: `revert=${change?.id}`, headers })).status).toBe(303)
    expect(watch.control.levels()).toEqual([])
  })

  const wrong: [body: string, detail: RegExp][] = [
    ['{"prinicipal":"ann"}', /no member "prinicipal".*principal/],
    ['{"level":"silent"}', /debug, info, warn, error, fatal/],
    ['{"level":"loud"}', /debug, info, warn, error, fatal/],
    ['{"level":5}', /debug, info, warn, error, fatal/],
    ['{"for":"25h"}', /24 hours/],
    ['{"for":"0s"}', /24 hours/],
    ['{"for":-1}', /24 hours/],
    ['{"for":"soon"}', /24 hours/],
    ['{"for":null}', /24 hours/],
    ['{"for":"10"}', /24 hours/],
    ['{"logger":"gone"}', /Known are: own/],
    ['{"logger":"constructor"}', /Known are: own/],
    ['{"logger":""}', /"logger" is no text/],
    ['{"route":7}', /"route" is no text/],
    ['{"principal":["ann"]}', /"principal" is no text/],
    ['{"header":"x-tenant"}', /name: value/],
    ['{"header":"x y: z"}', /name: value/],
    ['{"header":{"x":"y"}}', /name: value/],
    ['{"level":"debug"', /no JSON object/],
    ['[]', /no JSON object/],
    ['"debug"', /no JSON object/],
    ['7', /no JSON object/],
    ['hello', /no member "hello"/],
    ['{"__proto__":{"level":"warn"}}', /no member "__proto__"/],
  ]

  test('in a wrong way changes nothing and says what to write (debug/13)', async () => {
    const own = memoryLogger().logger
    const { ask, watch } = levelApp({ loggers: { own } })
    for (const [body, detail] of wrong) {
      const response = await ask('/log', { method: 'POST', body })
      const problem = (await response.json()) as { detail: string }
      expect([body, response.status, problem.detail]).toEqual([body, 400, expect.stringMatching(detail)])
    }
    expect(watch.control.levels()).toEqual([])
    expect(own.enabled('debug')).toBe(false)
  })

  test('beyond 4 KiB or a hundred changes is refused (debug/13)', async () => {
    const { ask, change, watch } = levelApp()
    expect((await ask('/log', { method: 'POST', body: `{"route":"/${'a'.repeat(5000)}"}` })).status).toBe(413)
    for (let i = 0; i < 100; i++) watch.control.setLevel({ level: 'info', for: '1h' })
    const response = await change({})
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      '100 changes hold already. Take some back first.',
    ])
    expect(watch.control.revertLevel()).toBe(100)
  })
})

describe('reading', () => {
  test('lists what holds, without values of headers (debug/14)', async () => {
    const { ask, change } = levelApp({ loggers: { own: memoryLogger().logger } })
    expect(await (await ask('/log')).json()).toEqual({ levels: [], loggers: ['own'] })
    const all = await changed(await change({ level: 'info' }))
    const one = await changed(await change({ logger: 'own', route: '/a', header: 'x-key: canary', principal: 'ann' }))
    expect(one).toMatchObject({ level: 'debug', logger: 'own', route: '/a', header: 'x-key', principal: 'ann' })
    const text = await (await ask('/log')).text()
    expect(JSON.parse(text)).toEqual({ levels: [all, one], loggers: ['own'] })
    expect(text).not.toContain('canary')
  })
})

describe("Clue's form", () => {
  test('switches debug on and off, if asked (debug/15)', async () => {
    const { logger } = memoryLogger()
    const { ask, watch } = levelApp({ clue: true })
    watch.control.setLevel({ level: 'info' })
    for (let i = 0; i < 3; i++) {
      expect(await (await ask('?debug-logs=on')).json()).toEqual({ 'debug-logs': 'on' })
      expect(logger.enabled('debug')).toBe(true)
    }
    expect(watch.control.levels()).toHaveLength(2)
    expect(await (await ask('?debug-logs=off')).json()).toEqual({ 'debug-logs': 'off' })
    expect([logger.enabled('debug'), watch.control.levels().length]).toEqual([false, 1])
    expect((await ask('?debug-logs=maybe')).status).toBe(400)
    expect((await ask('')).headers.get('content-type')).toContain('html')
  })

  test('is not answered otherwise (debug/15)', async () => {
    const { ask, watch } = levelApp()
    expect((await ask('?debug-logs=on')).headers.get('content-type')).toContain('html')
    expect(watch.control.levels()).toEqual([])
  })

  test('needs the same right (debug/15) (debug/1)', async () => {
    const { app, watch } = levelApp({ clue: true })
    expect((await app.request('/debug?debug-logs=on')).status).toBe(403)
    expect((await app.request('/debug?debug-logs=on', { method: 'HEAD', headers: operator })).status).toBe(200)
    expect(watch.control.levels()).toEqual([])
  })
})

test('works in plain Fetch (debug/8) (debug/7)', async () => {
  const { logger } = memoryLogger()
  const watch = debug({ authorize: () => true, logger })
  const fetch = handler(watch, () => new Response())
  await fetch(new Request('http://localhost/debug/log', { method: 'POST', body: '{}' }))
  expect(logger.enabled('debug')).toBe(true)
  watch.control.revertLevel()
})
