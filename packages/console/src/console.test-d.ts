import type { Explanation } from '@seaworthy/config'
import { health } from '@seaworthy/health'
import type { Middleware } from '@seaworthy/middleware'
import type { RoutePolicy } from '@seaworthy/security'
import { startTelemetry, type Tap } from '@seaworthy/telemetry'
import { Hono } from 'hono'
import { consolePage, type Console, type RequestPage } from './index.ts'

const app = new Hono()
export const page: Console & Middleware = consolePage({
  retain: { traces: 100, metrics: '10m', memory: '32MiB' },
  authorize: (x) => x.caller !== undefined,
  health: health(),
  routes: () => app.routes,
})
export const tap: Tap = page
export const telemetry: ReturnType<typeof startTelemetry> = startTelemetry({ tap: page })
export const policies = (routes: RoutePolicy[]): Console => consolePage({ routes: () => routes })
export const explained = (values: readonly Explanation[]): Console => consolePage({ config: () => values })
app.use(page)

// @ts-expect-error: a configuration has secrets; what explain() gives has none.
consolePage({ config: { token: 'secret' } })
// @ts-expect-error: a size has a unit.
consolePage({ retain: { memory: '32' } })
// @ts-expect-error: there is no such access.
consolePage({ authorize: 'everyone' })

export const first = ({ requests }: RequestPage): number | undefined => requests[0]?.seq
