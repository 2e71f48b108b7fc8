import { createLogger } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { authenticator, security, type Policy } from '@seaworthy/security'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { service, type PreflightProblem, type ServiceOptions } from './index.ts'
import { quietLife } from './quiet.fixture.ts'

const key = authenticator({
  name: 'key',
  extract: (x) => x.header('x-key'),
  authenticate: () => ({ denied: { code: 'invalid', reason: 'no key is good' } }),
  challenge: () => 'Key',
  openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
})
const alone = { name: 'orders', log: false, telemetry: false, prometheus: false, checks: { db: () => true } } as const
const before = process.env['NODE_ENV']
afterEach(() => {
  process.env['NODE_ENV'] = before
})

type Build = (policy: Policy<unknown>) => { guards: ServiceOptions['guards']; build: (app: Hono) => Hono }

async function found(of: Build): Promise<PreflightProblem[]> {
  const { guards = [], build } = of(security({ default: key }))
  const svc = await service({ ...alone, shutdown: quietLife(), guards })
  const app = new Hono().get('/early', (c) => c.text('')).use(svc)
  return svc.preflight(build(app)).filter(({ code }) => code === 'uncovered_route')
}

const early = {
  code: 'uncovered_route',
  problem: 'GET /early is registered before or outside of the guard',
  cure: 'Mount the policy before it.',
}

test('names the routes that a policy in guards does not cover (service/26)', async () => {
  const build = (app: Hono): Hono => app.get('/orders', (c) => c.text(''))
  expect(await found((policy) => ({ guards: [policy], build }))).toEqual([early])
  // The same application without the early route is covered.
  const policy = security({ default: key })
  const svc = await service({ ...alone, shutdown: quietLife(), guards: [policy] })
  expect(svc.preflight(build(new Hono().use(svc))).map(({ code }) => code)).not.toContain('uncovered_route')
})

test('names those that a policy of the application does not cover (service/26)', async () => {
  const problems = await found((policy) => ({
    guards: [],
    build: (app) => app.use(policy).get('/orders', policy.none(), policy.method(key), (c) => c.text('')),
  }))
  expect(problems).toEqual([
    early,
    expect.objectContaining({ problem: 'GET /orders has two markers', cure: 'Leave one.' }),
  ])
})

test('names none where there is no policy, and of what lists no routes (service/26)', async () => {
  expect(await found(() => ({ guards: [], build: (app) => app }))).toEqual([])
  const svc = await service({ ...alone, shutdown: quietLife(), guards: [security({ default: key })] })
  const codes = svc.preflight({ fetch: svc.handler(() => new Response()) }).map(({ code }) => code)
  expect(codes).not.toContain('uncovered_route')
})

test('is a warning each when a service starts in production (service/26)', async () => {
  const output = memoryOutput()
  const life = quietLife()
  const log = createLogger({ outputs: [output] })
  const svc = await service({ ...alone, shutdown: life, log, guards: [security({ default: key })] })
  process.env['NODE_ENV'] = 'production'
  await svc.serve(new Hono().get('/early', (c) => c.text('')).use(svc), { addr: '127.0.0.1:0' })
  await life.stop()
  const lines = output.records.filter(({ fields }) => fields['code'] === 'uncovered_route').map(({ msg }) => msg)
  expect(lines).toEqual([`preflight: ${early.problem}. ${early.cure}`])
})
