import { apiKey, createApiKeys } from '@seaworthy/api-key'
import { basicAuth } from '@seaworthy/basic-auth'
import { health, httpCheck, postgresCheck } from '@seaworthy/health'
import { explain, type Config } from '@seaworthy/config'
import { consolePage, type Console } from '@seaworthy/console'
import { log, loggedFetch, requestLog } from '@seaworthy/log'
import { measuredFetch, metrics, type Prometheus } from '@seaworthy/metrics'
import { isDevelopment, requestId, trustProxy } from '@seaworthy/middleware'
import { clientCredentials } from '@seaworthy/oauth2/client'
import { memoryStore, redisStore, resourceServer } from '@seaworthy/oauth2/resource'
import { allowInsecure, any, security } from '@seaworthy/security'
import { bodyLimit, deadline } from '@seaworthy/server'
import type { Lifecycle } from '@seaworthy/shutdown'
import { tracedFetch, tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { accessLine } from '../shared/access-line.ts'
import { auditLog } from '../shared/audit-log.ts'
import type { Database } from '../shared/database.ts'
import { debugging } from '../shared/debugging.ts'
import { fetchWithin } from '../shared/fetch-within.ts'
import { openLimits } from '../shared/limits.ts'
import { openApi } from '../shared/open-api.ts'
import { openRedis } from '../shared/open-redis.ts'
import { answerOtherMethods, ownRoutes } from '../shared/other-methods.ts'
import { repeat } from '../shared/repeat.ts'
import type { ShopApp } from '../shared/shop-app.ts'
import { answerError, answerNotFound } from '../shared/shop-problem.ts'
import { issuedTokens } from '../shared/trusted-issuer.ts'
import { adminLogin } from './admin-login.ts'
import { adminPage, goodbyePage } from './admin-page.ts'
import { adminUsers } from './admin-users.ts'
import { apiKeySettings } from './api-key-settings.ts'
import { catalogue } from './catalogue.ts'
import type { spec } from './config.ts'
import { inventoryClient } from './inventory-client.ts'
import { keyRoutes } from './key-routes.ts'
import { oidcClient, publicUrl } from './oidc-client.ts'
import { orderDesk } from './order-desk.ts'
import { orderEvents } from './order-events.ts'
import { orderRoutes } from './order-routes.ts'
import { openOrderStore } from './order-store.ts'

export const service = { name: 'orders', version: '1.0.0' } as const

/** What orders answers, and who may ask. */
export async function ordersApp(
  cfg: Config<typeof spec>,
  { life, scrape, database }: { life: Lifecycle; scrape: Prometheus; database: Database },
): Promise<ShopApp & { readonly page: Console }> {
  // Who is calling: people by a token, their programs by a key, admins by a login in their browser or by a password.
  const redis = openRedis(cfg, life)
  const outgoing = fetchWithin(cfg.inventoryTimeout, tracedFetch(loggedFetch(measuredFetch())))
  const client = oidcClient(cfg, outgoing)
  const scopes = { 'orders:write': 'Cancels orders' }
  const common = { realm: 'shop', [allowInsecure]: cfg.plainHttp }
  const person = resourceServer({
    ...common,
    scopes,
    resource: publicUrl(cfg),
    jwt: { ...issuedTokens(cfg, outgoing), audience: cfg.audience },
    ...(cfg.introspection && { introspection: { ...client, audience: cfg.audience } }),
    dpop: { replay: redis ? redisStore(redis) : memoryStore() },
  })
  const keySettings = await apiKeySettings(cfg, database)
  const program = apiKey({ ...common, ...keySettings, scopes })
  const login = adminLogin(cfg, client, redis)
  const password = basicAuth({ ...common, name: 'admin', htpasswd: await adminUsers(cfg) })

  // What they may do, and how often.
  const limits = openLimits(service.name, cfg, redis)
  const policy = security({
    default: any(person, program),
    audit: auditLog(),
    failures: limits.failures,
    // Who calls is a personal matter: traces of production do not tell it.
    enduserId: isDevelopment(),
  })
  const visitor = policy.method(any(login, password))
  const canCancel = policy.method(any(person.scopes('orders:write'), program.scopes('orders:write')))

  // What the service does.
  const store = await openOrderStore(database)
  const stock = clientCredentials({ ...client, scope: 'stock', parameters: { audience: cfg.inventoryAudience } })
  const inventory = inventoryClient(cfg.inventoryUrl, stock.fetch)
  const keys = createApiKeys(keySettings)
  const events = orderEvents()
  const desk = orderDesk(store, inventory, events)
  const recovery = repeat('30s', () => desk.recover())
  life.hook('recovery', () => recovery.stop())

  const probes = health({
    version: service.version,
    lifecycle: life,
    checks: {
      database: { check: postgresCheck(database), gates: ['ready', 'startup'] },
      inventory: { check: httpCheck(`${cfg.inventoryUrl}/livez`), kind: 'degraded' },
      issuer: { check: person.check, kind: 'degraded' },
    },
    logger: log,
  })

  // What it shows of itself to this machine: in development a console with all of it, and what is under way.
  const routes = () => ownRoutes(app, policy)
  const debug = debugging(cfg, routes)
  const page = consolePage({ health: probes, routes, config: () => explain(cfg), ...(debug && { debug }) })
  life.hook('console', () => page.close())

  const app = new Hono().onError(answerError).notFound(answerNotFound)
  if (cfg.trustProxy !== 'none') app.use(trustProxy(cfg.trustProxy))
  app.use(page, requestId(), probes, scrape)
  app.use(tracing(), metrics(), requestLog(accessLine()))
  if (debug) app.use(debug)
  app.use(deadline(cfg.requestTimeout), bodyLimit('64KiB'))
  app.use(limits.byAddress, login.routes, person.routes, policy, limits.byCaller)
  app.get('/goodbye', policy.none(), goodbyePage)
  app.use('/admin/*', policy.service(any(login.scopes('admin'), password)))
  app.get('/admin', visitor, adminPage(visitor, keys, database, client.issuer))
  app.route('/admin/keys', keyRoutes(keys))
  app.route('/orders', orderRoutes(store, desk, events, canCancel))
  app.get('/catalogue', policy.none(), catalogue(inventory))
  app.get('/openapi.json', policy.none(), openApi(app, policy, service))
  answerOtherMethods(app, policy)
  policy.assertCovered(app)
  return { app, policy, page }
}
