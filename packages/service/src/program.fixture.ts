// A service in a process of its own, as a team would write it.
import { shutdown } from '@seaworthy/shutdown'
import { startTelemetry, type TelemetryOptions } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { log } from '@seaworthy/log'
import { service, type ServiceOptions } from './index.ts'

/** What the program is told to be, as JSON in its first argument. */
export interface Scenario {
  readonly door?: 'hono' | 'fetch'
  readonly options?: Omit<ServiceOptions, 'name'>
  /** What is handed over ready made, beside the life cycle. */
  readonly telemetry?: TelemetryOptions
  /** Whether a second service is made: with parts of its own, or with those of the first. */
  readonly second?: 'own' | 'shared'
  /** Milliseconds between the service and its server. */
  readonly slowStart?: number
}

const { door = 'hono', options = {}, telemetry, second, slowStart = 0 }: Scenario = JSON.parse(process.argv[2] ?? '{}')
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const life = shutdown({ drainDelay: 200, ...(options.shutdown || undefined), logger: log })
// Hooks run the other way round: this one is the last of them.
life.hook('early', () => log.info('the last hook runs'))
const started = telemetry && (await startTelemetry(telemetry))
const svc = await service({
  name: 'orders',
  version: '1.2.3',
  ...options,
  ...(options.shutdown !== false && { shutdown: life }),
  ...(started && { telemetry: started }),
})
life.hook('work', () => {
  log.info('the hook runs')
  say('hook')
})

say('wired')
await new Promise((resolve) => setTimeout(resolve, slowStart))

async function answer(id: string): Promise<Response> {
  log.info('order loaded', { id })
  if (id === 'slow') await new Promise((resolve) => setTimeout(resolve, 400))
  return Response.json({ id })
}

const route = '/orders/:id'
const path = /^\/orders\/([^/?]+)/
const idOf = (request: Request): string | undefined => path.exec(new URL(request.url).pathname)?.[1]
const fetch = svc.handler((request) => answer(idOf(request) ?? ''), {
  route: (request) => (idOf(request) === undefined ? undefined : route),
})
const app = new Hono()
app.use(svc)
app.get(route, (c) => answer(c.req.param('id')))

const server = await svc.serve(door === 'fetch' ? { fetch } : app, { addr: '127.0.0.1:0' })
if (second !== undefined) {
  const shared = { shutdown: life, telemetry: started ?? false, log: false, tracing: tracing() } as const
  const other = await service({ name: 'admin', ...(second === 'shared' && shared) })
  const { url } = await other.serve({ fetch: other.handler(() => new Response('admin')) }, { addr: '127.0.0.1:0' })
  say(`second ${url}`)
}
say(`ready ${server.url}`)
