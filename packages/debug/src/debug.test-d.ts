import type { Hono } from 'hono'
import type { Logger } from '@seaworthy/log'
import { stack, type Exchange, type Middleware } from '@seaworthy/middleware'
import { debug, logPayloads, waitingFor, type Debug, type DebugControl, type LevelChange } from './index.ts'

declare const app: Hono
declare const logger: Logger

// One value for Hono and for a stack.
const watch: Debug = debug({ authorize: 'loopback' })
app.use(watch, logPayloads({ maxSize: '4KiB', redact: ['email'] }))
export const all: Middleware = stack(watch, logPayloads())

// Who may use it is not left out, and a predicate takes the Exchange.
// @ts-expect-error there is no default
debug({})
// @ts-expect-error another word
debug({ authorize: 'everybody' })
debug({ authorize: (x: Exchange) => x.caller?.id === 'ann' })
debug({ authorize: async () => true })

// Loggers of other makes fit by their shape.
debug({ authorize: 'loopback', logger: console, loggers: { own: logger, foreign: { level: 'info' } } })
// @ts-expect-error no level to switch
debug({ authorize: 'loopback', loggers: { foreign: { write: () => undefined } } })

// The levels that can be asked for do not silence the audit.
const change: LevelChange = { level: 'debug', for: '10m', route: '/orders/:id', header: 'x-tenant: acme' }
export const control: DebugControl = watch.control
control.setLevel(change)
// @ts-expect-error silent
control.setLevel({ level: 'silent' })
// @ts-expect-error no such duration
control.setLevel({ for: '10 minutes' })

// What is waited for keeps its type.
export const rows: Promise<string[]> = waitingFor('database', async () => ['row'])
export const count: number = waitingFor('cache', () => 1)
