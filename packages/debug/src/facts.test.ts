import { config, explain, integer, secret, string, url } from '@seaworthy/config'
import { security, createPrincipal, authenticator } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { debugApp, isBun } from './debug-app.test-kit.ts'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import type { RuntimeFacts } from './runtime-facts.ts'

describe('runtime', () => {
  test('tells how the process is, over one second (debug/34)', async () => {
    const { ask } = debugApp()
    const begun = performance.now()
    const asked = ask('/runtime')
    await new Promise((resolve) => setTimeout(resolve, 300))
    collectGarbage()
    const until = performance.now() + 120
    while (performance.now() < until);
    const timer = setInterval(() => undefined, 10_000)
    const facts = (await (await asked).json()) as RuntimeFacts
    clearInterval(timer)
    expect(performance.now() - begun).toBeGreaterThan(950)
    expect(facts.runtime).toMatch(isBun ? /^Bun \d/ : /^Node \d/)
    expect(facts.pid).toBe(process.pid)
    expect(facts.memory['rss']).toBeGreaterThan(10_000_000)
    expect(facts.heap.usedBytes).toBeGreaterThan(1_000_000)
    expect(facts.heap.limitBytes).toBeGreaterThan(facts.heap.usedBytes)
    expect(facts.cpu.userSeconds).toBeGreaterThan(0)
    expect(facts.eventLoop.delayMs.max).toBeGreaterThan(90)
    expect(facts.eventLoop.delayMs.p50).toBeLessThan(90)
    if (isBun) {
      expect(facts).not.toHaveProperty('garbageCollection')
      expect(facts).not.toHaveProperty('handles')
      expect(facts.eventLoop).not.toHaveProperty('utilization')
    } else {
      expect(facts.eventLoop.utilization).toBeGreaterThan(0.1)
      expect(facts.eventLoop.utilization).toBeLessThan(1)
      expect(facts.garbageCollection?.byKind['major']).toBeGreaterThan(0)
      expect(facts.garbageCollection?.durationMs).toBeGreaterThan(0)
      expect(facts.handles?.['Timeout']).toBeGreaterThan(0)
    }
  })

  test('is looked at once for all who ask together (debug/34)', async () => {
    const { ask } = debugApp()
    const answers = await Promise.all([ask('/runtime'), ask('/runtime'), ask('/runtime')])
    const [first, ...others] = await Promise.all(answers.map((answer) => answer.text()))
    expect(others).toEqual([first, first])
  })
})

test('report is without environment, arguments and network (debug/35)', async () => {
  process.env['CANARY_OF_REPORT'] = 'canary-7c1'
  const { ask } = debugApp()
  const text = await (await ask('/report')).text()
  delete process.env['CANARY_OF_REPORT']
  expect(text).not.toContain('canary-7c1')
  expect(text).not.toContain('CANARY_OF_REPORT')
  const report = JSON.parse(text) as { header: { commandLine: string[]; processId: number } }
  expect(report.header.processId).toBe(process.pid)
  expect(report).not.toHaveProperty('environmentVariables')
  expect(text).not.toContain('"networkInterfaces"')
  const [, ...rest] = report.header.commandLine
  expect(rest.join()).toMatch(/^(?:and \d+ arguments)?$/)
})

test('report of the runtime would have had the environment (debug/35)', () => {
  process.env['CANARY_OF_REPORT'] = 'canary-7c1'
  expect(JSON.stringify(process.report.getReport())).toContain('canary-7c1')
  delete process.env['CANARY_OF_REPORT']
})

describe('config', () => {
  const spec = {
    port: integer({ default: 80 }),
    databaseUrl: secret(url()),
    searchUrl: url({ default: 'http://u:canary-url@search' }),
    apiKey: string({ default: 'canary-key' }),
    mode: string({ default: 'fast' }),
  }
  const env = { DATABASE_URL: 'postgres://ann:canary-secret@db/orders' }

  test('shows a configuration without secrets (debug/36)', async () => {
    const { ask } = debugApp({ config: config(spec, { env, files: [] }) })
    const text = await (await ask('/config')).text()
    expect(JSON.parse(text)).toEqual({
      port: 80,
      databaseUrl: '[redacted]',
      searchUrl: '[redacted]',
      apiKey: '[redacted]',
      mode: 'fast',
    })
    expect(text).not.toContain('canary')
  })

  test('shows what explain says, as it is when asked (debug/36)', async () => {
    let current = config(spec, { env, files: [] })
    const { ask } = debugApp({ config: () => explain(current) })
    const shown = (await (await ask('/config')).json()) as { key: string; value: string; source: string }[]
    expect(shown).toContainEqual(expect.objectContaining({ key: 'mode', value: 'fast', source: 'default' }))
    expect(shown).toContainEqual(expect.objectContaining({ key: 'databaseUrl', value: '[redacted]' }))
    current = config(spec, { env: { ...env, MODE: 'slow' }, files: [] })
    expect(await (await ask('/config')).text()).toContain('"slow"')
  })

  test('trusts nobody else to have hidden anything (debug/36)', async () => {
    const given = [
      { key: 'db.password', variable: 'DB_PASSWORD', value: 'canary' },
      { key: 'x', variable: 'X_TOKEN', value: 'canary' },
      { key: 'port', variable: 'PORT', value: '80' },
      { key: 'unset.token', variable: 'T', value: '' },
    ]
    expect(await (await debugApp({ config: () => given }).ask('/config')).json()).toEqual([
      { key: 'db.password', variable: 'DB_PASSWORD', value: '[redacted]' },
      { key: 'x', variable: 'X_TOKEN', value: '[redacted]' },
      { key: 'port', variable: 'PORT', value: '80' },
      { key: 'unset.token', variable: 'T', value: '' },
    ])
    const deep = {
      nested: { list: [{ clientSecret: 'canary', name: 'a' }], privateKey: 'canary', SMTP_PASS: 'canary' },
      pem: '-----BEGIN PRIVATE KEY-----canary',
      proxy: 'http://user:canary@proxy',
      session: { salt: 'canary', cookieName: 'canary' },
      when: new Date(0),
      at: new URL('https://example.com/a'),
      size: 10n,
      handler: () => 'canary',
    }
    const text = await (await debugApp({ config: deep }).ask('/config')).text()
    expect(text).not.toContain('canary')
    expect(JSON.parse(text)).toMatchObject({
      nested: { list: [{ name: 'a' }] },
      when: '1970-01-01T00:00:00.000Z',
      at: 'https://example.com/a',
      size: '10',
    })
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    expect((await debugApp({ config: cyclic }).ask('/config')).status).toBe(200)
  })

  test('is not there where none is given (debug/36) (debug/37)', async () => {
    const { ask } = debugApp()
    expect([(await ask('/config')).status, (await ask('/routes')).status]).toEqual([404, 404])
  })
})

describe('routes', () => {
  test('are shown with their policies and nothing else (debug/37)', async () => {
    const key = authenticator({
      name: 'apiKey',
      extract: () => undefined,
      authenticate: () => ({ principal: createPrincipal({ scheme: 'apiKey', subject: 'ann', claims: {} }) }),
      challenge: () => 'ApiKey',
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
    })
    const policy = security({ default: key })
    const app = new Hono().use(policy)
    app.get('/orders/:id', (c) => c.text(''))
    app.post('/open', policy.none(), (c) => c.text(''))
    const { ask } = debugApp({ routes: () => policy.routes(app) })
    expect(await (await ask('/routes')).json()).toEqual({
      routes: [
        { method: 'GET', path: '/orders/:id', policy: 'apiKey', level: 'default' },
        { method: 'POST', path: '/open', policy: 'none', level: 'route' },
      ],
    })
    const plain = debugApp({ routes: () => app.routes })
    const shown = (await (await plain.ask('/routes')).json()) as { routes: object[] }
    expect(shown.routes).toContainEqual({ method: 'GET', path: '/orders/:id' })
  })
})

describe('index', () => {
  const everything = { config: {}, routes: () => [], heapSnapshots: true } as const

  test('links to every place that is answered, and to no other (debug/38)', async () => {
    for (const options of [{}, everything, { path: '/ops' }]) {
      const { app, ask, watch } = debugApp(options)
      const { path } = watch.control
      const response = await app.request(path, { headers: { 'x-operator': 'ann' } })
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const page = await response.text()
      const links = [...page.matchAll(/href="([^"?]*)/g)].map(([, link = '']) => link.slice(path.length + 1))
      const expected = ['flame', 'heap', 'inflight', 'log', 'profile', 'report', 'requests', 'runtime']
      const more = options === everything ? ['config', 'heapsnapshot', 'routes'] : []
      expect(links.toSorted()).toEqual([...expected, ...more].toSorted())
      if (path !== '/debug') continue
      for (const link of links) {
        const answer = await ask(`/${link}?seconds=0.01`)
        await answer.arrayBuffer()
        expect([link, answer.status]).toEqual([link, 200])
      }
    }
  }, 30_000)

  test('changes the level by forms, without a script (debug/38)', async () => {
    const { ask, watch } = debugApp({ loggers: { '<own>': { level: 'info' } } })
    const before = await (await ask('')).text()
    expect(before).not.toContain('<script')
    expect(before).toContain('<option>&lt;own&gt;</option>')
    expect(before).toContain('Every logger has the level')
    const fields = [...before.matchAll(/<(?:input|select) name="(\w+)"/g)].map(([, name]) => name)
    expect(fields).toEqual(['level', 'for', 'logger', 'route', 'header', 'principal'])
    const body = new URLSearchParams({ level: 'debug', for: '10m', logger: '', route: '/<b>&"', header: 'x-<: 1' })
    const type = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
    expect((await ask('/log', { method: 'POST', body: body.toString(), headers: type })).status).toBe(400)
    body.set('header', 'x-a: 1')
    expect((await ask('/log', { method: 'POST', body: body.toString(), headers: type })).status).toBe(303)
    const after = await (await ask('')).text()
    const [change] = watch.control.levels()
    expect(after).toContain('route /&lt;b&gt;&amp;&quot;, header x-a')
    expect(after).toContain(`<button name="revert" value="${change?.id}">`)
    watch.control.revertLevel()
  })
})
