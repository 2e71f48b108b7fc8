import type { Config } from '@seaworthy/config'
import { health, postgresCheck } from '@seaworthy/health'
import { jwt } from '@seaworthy/jwt'
import { log, loggedFetch, requestLog } from '@seaworthy/log'
import { measuredFetch, metrics, type Prometheus } from '@seaworthy/metrics'
import { isDevelopment, requestId, trustProxy } from '@seaworthy/middleware'
import { allowInsecure, security } from '@seaworthy/security'
import { bodyLimit, deadline } from '@seaworthy/server'
import type { Lifecycle } from '@seaworthy/shutdown'
import { tracedFetch, tracing } from '@seaworthy/tracing'
import { Hono } from 'hono'
import { accessLine } from '../shared/access-line.ts'
import { auditLog } from '../shared/audit-log.ts'
import type { Database } from '../shared/database.ts'
import { debugging } from '../shared/debugging.ts'
import { openLimits } from '../shared/limits.ts'
import { openApi } from '../shared/open-api.ts'
import { openRedis } from '../shared/open-redis.ts'
import { answerOtherMethods, ownRoutes } from '../shared/other-methods.ts'
import type { ShopApp } from '../shared/shop-app.ts'
import { answerError, answerNotFound } from '../shared/shop-problem.ts'
import { issuedTokens } from '../shared/trusted-issuer.ts'
import type { spec } from './config.ts'
import { stockRoutes } from './stock-routes.ts'
import { openStockStore } from './stock-store.ts'

export const service = { name: 'inventory', version: '1.0.0' } as const

/** What inventory answers, to other services alone: whoever has a token for inventory with the scope `stock`. */
export async function inventoryApp(
  cfg: Config<typeof spec>,
  { life, scrape, database }: { life: Lifecycle; scrape: Prometheus; database: Database },
): Promise<ShopApp> {
  const token = jwt({
    ...issuedTokens(cfg, tracedFetch(loggedFetch(measuredFetch()))),
    name: 'service',
    audience: cfg.audience,
    scopes: { stock: 'Reads, takes and gives back stock' },
    [allowInsecure]: cfg.plainHttp,
  })
  const limits = openLimits(service.name, cfg, openRedis(cfg, life))
  const policy = security({
    default: token.scopes('stock'),
    audit: auditLog(),
    failures: limits.failures,
    enduserId: isDevelopment(),
  })

  const store = await openStockStore(database)
  const probes = health({
    version: service.version,
    lifecycle: life,
    checks: {
      database: { check: postgresCheck(database), gates: ['ready', 'startup'] },
      issuer: { check: token.check, kind: 'degraded' },
    },
    logger: log,
  })

  const app = new Hono().onError(answerError).notFound(answerNotFound)
  if (cfg.trustProxy !== 'none') app.use(trustProxy(cfg.trustProxy))
  app.use(requestId(), probes, scrape)
  app.use(tracing(), metrics(), requestLog(accessLine()))
  const debug = debugging(cfg, () => ownRoutes(app, policy))
  if (debug) app.use(debug)
  app.use(deadline(cfg.requestTimeout), bodyLimit('64KiB'))
  app.use(limits.byAddress, policy, limits.byCaller)
  app.route('/inventory', stockRoutes(store))
  app.get('/openapi.json', policy.none(), openApi(app, policy, service))
  answerOtherMethods(app, policy)
  policy.assertCovered(app)
  return { app, policy }
}
