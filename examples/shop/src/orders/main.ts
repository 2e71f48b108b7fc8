import { configOrExit } from '@seaworthy/config'
import { startOrders } from './app.ts'
import { prefix, spec } from './config.ts'

await startOrders(configOrExit(spec, { prefix, unknown: 'warn' }))
