import { ApiKeyError, type ApiKeys, type CreatedApiKey } from '@seaworthy/api-key'
import { parseDurationText } from '@seaworthy/middleware'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { readBody } from '../shared/read-body.ts'
import { shopProblem } from '../shared/shop-problem.ts'

const newKey = z.strictObject({
  owner: z.string().min(1).max(200),
  scopes: z.array(z.enum(['orders:write'])).default([]),
  name: z.string().optional(),
  expiresAt: z.string().optional(),
  addresses: z.array(z.string()).optional(),
})
const rotation = z.strictObject({
  grace: z
    .string()
    .regex(/^\d+[smh]$/, 'Such as 24h, and 0s for at once.')
    .default('24h'),
})

const statuses = { ERR_API_KEY_INPUT: 422, ERR_API_KEY_UNKNOWN: 404 } as const

/** The administration of API keys. A key itself is shown once, to the admin who makes or rotates it. */
export function keyRoutes(keys: ApiKeys): Hono {
  const routes = new Hono()

  routes.post('/', async (c) => {
    const body = await readBody(c.req, newKey)
    if ('invalid' in body) return shopProblem(c, { status: 422, code: 'invalid', errors: body.invalid })
    const { owner, scopes, ...input } = body.value
    return attempt(c, async () => shown(c, await keys.create(defined(input), { owner, scopes })))
  })

  routes.get('/', async (c) => {
    const owner = c.req.query('owner')
    if (!owner) return shopProblem(c, { status: 400, detail: 'Say whose keys: /admin/keys?owner=ann' })
    return c.json({ keys: await keys.list(owner) })
  })

  // JSON is asked for where none is needed: another site cannot make a browser send it with an admin's password.
  routes.post('/:id/rotate', async (c) => {
    const body = await readBody(c.req, rotation)
    if ('invalid' in body) return shopProblem(c, { status: 422, code: 'invalid', errors: body.invalid })
    const grace = parseDurationText(body.value.grace)
    return attempt(c, async () => shown(c, await keys.rotate(c.req.param('id'), { grace })))
  })

  routes.delete('/:id', (c) =>
    attempt(c, async () => {
      await keys.revoke(c.req.param('id'))
      return c.body(null, 204)
    }),
  )

  return routes
}

function shown(c: Context, { key, apiKey }: CreatedApiKey): Response {
  return c.json({ key, ...apiKey }, 201, { 'cache-control': 'no-store' })
}

/** What the admin can mend is a problem, and the message of such an error is made for people. */
async function attempt(c: Context, run: () => Promise<Response>): Promise<Response> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ApiKeyError) || error.code === 'ERR_API_KEY_STORE') throw error
    const status =
      error.code === 'ERR_API_KEY_INPUT' || error.code === 'ERR_API_KEY_UNKNOWN' ? statuses[error.code] : 409
    return shopProblem(c, {
      status,
      code: error.code.replace(/^ERR_API_KEY_/, '').toLowerCase(),
      detail: error.message,
    })
  }
}

function defined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // What remains of a member that may be undefined is a value.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
