import { health } from '@seaworthy/health'
import { requestId, type Middleware } from '@seaworthy/middleware'
import { tracing } from '@seaworthy/tracing'
import { PartList } from '@seaworthy/service/wiring'
import { Hono } from 'hono'
import type { hc } from 'hono/client'
import { service, type ServiceOptions } from './index.ts'

const svc = await service({ name: 'orders' })

// It is a middleware, and a Hono middleware that leaves the types of routes alone.
svc satisfies Middleware
const app = new Hono().use(svc).get('/', (c) => c.json({ ok: true as const }))
type Client = ReturnType<typeof hc<typeof app>>
type Body = Awaited<ReturnType<Awaited<ReturnType<Client['index']['$get']>>['json']>>
void ({ ok: true } satisfies Body)
// @ts-expect-error: the route answers true.
void ({ ok: false } satisfies Body)

// What comes after the request keeps its types.
const fetchOrder = svc.handler((request: Request & { params: { id: string } }, env: { city: string }) =>
  Response.json([request.params.id, env.city]),
)
fetchOrder satisfies (request: Request & { params: { id: string } }, env: { city: string }) => unknown
// @ts-expect-error: the environment has a city.
void fetchOrder(new Request('http://localhost/'), {})

void ({ name: 'a', health: { timeout: '1s' }, deadline: 'off', guards: [requestId()] } satisfies ServiceOptions)
// @ts-expect-error: a service has a name.
void ({} satisfies ServiceOptions)
// @ts-expect-error: the checks are those of the service.
void ({ name: 'a', health: { checks: {} } } satisfies ServiceOptions)
// @ts-expect-error: true is no setting.
void ({ name: 'a', tracing: true } satisfies ServiceOptions)
// @ts-expect-error: a duration has a unit.
void ({ name: 'a', deadline: '10 apples' } satisfies ServiceOptions)

// In the wiring a name fits its maker.
const list = new PartList({ name: 'a' })
list.mount('tracing', tracing)
// @ts-expect-error: a deadline is no health.
list.mount('deadline', health)
// @ts-expect-error: the lifecycle of health is a life cycle.
list.mount('health', health, { lifecycle: 7 })
