import { apiKey, createApiKeys } from '@seaworthy/api-key'
import { basicAuth } from '@seaworthy/basic-auth'
import { health, httpCheck, postgresCheck } from '@seaworthy/health'
import { jwt } from '@seaworthy/jwt'
import { explain, type Config } from '@seaworthy/config'
import { consolePage, type Console } from '@seaworthy/console'
import { log, loggedFetch, requestLog } from '@seaworthy/log'
import { measuredFetch, metrics, type Prometheus } from '@seaworthy/metrics'
import { isDevelopment, requestId, trustProxy } from '@seaworthy/middleware'
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
import { answerOtherMethods, ownRoutes } from '../shared/other-methods.ts'
import { repeat } from '../shared/repeat.ts'
import type { ShopApp } from '../shared/shop-app.ts'
import { answerError, answerNotFound } from '../shared/shop-problem.ts'
import { trustedIssuer } from '../shared/trusted-issuer.ts'
import { adminUsers } from './admin-users.ts'
import { apiKeySettings } from './api-key-settings.ts'
import { catalogue } from './catalogue.ts'
import type { spec } from './config.ts'
import { inventoryClient } from './inventory-client.ts'
import { keyRoutes } from './key-routes.ts'
import { orderDesk } from './order-desk.ts'
import { orderEvents } from './order-events.ts'
import { orderRoutes } from './order-routes.ts'
import { openOrderStore } from './order-store.ts'
import { serviceToken, withToken } from './service-token.ts'

export const service = { name: 'orders', version: '1.0.0' } as const

/** What orders answers, and who may ask. */
export async function ordersApp(
  cfg: Config<typeof spec>,
  { life, scrape, database }: { life: Lifecycle; scrape: Prometheus; database: Database },
): Promise<ShopApp & { readonly page: Console }> {
  // Who is calling: people by a token, their programs by a key, admins by a password.
  const outgoing = fetchWithin(cfg.inventoryTimeout, tracedFetch(loggedFetch(measuredFetch())))
  const issuer = await trustedIssuer(cfg, outgoing)
  const scopes = { 'orders:write': 'Cancels orders' }
  const common = { realm: 'shop', [allowInsecure]: cfg.plainHttp }
  const person = jwt({ ...common, ...issuer, audience: cfg.audience, scopes })
  const keySettings = await apiKeySettings(cfg, database)
  const program = apiKey({ ...common, ...keySettings, scopes })
  const admin = basicAuth({ ...common, name: 'admin', htpasswd: await adminUsers(cfg) })

  // What they may do, and how often.
  const limits = openLimits(service.name, cfg, life)
  const policy = security({
    default: any(person, program),
    audit: auditLog(),
    failures: limits.failures,
    // Who calls is a personal matter: traces of production do not tell it.
    enduserId: isDevelopment(),
  })
  const canCancel = policy.method(any(person.scopes('orders:write'), program.scopes('orders:write')))

  // What the service does.
  const store = await openOrderStore(database)
  const inventory = inventoryClient(cfg.inventoryUrl, withToken(await serviceToken(cfg, outgoing), outgoing))
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
  app.use(limits.byAddress, policy, limits.byCaller)
  app.use('/admin/*', policy.service(admin))
  app.route('/admin/keys', keyRoutes(createApiKeys(keySettings)))
  app.route('/orders', orderRoutes(store, desk, events, canCancel))
  app.get('/catalogue', policy.none(), catalogue(inventory))
  app.get('/openapi.json', policy.none(), openApi(app, policy, service))
  answerOtherMethods(app, policy)
  policy.assertCovered(app)
  return { app, policy, page }
}
