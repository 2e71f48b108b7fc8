import { configOrExit } from '@seaworthy/config'
import { startInventory } from './app.ts'
import { prefix, spec } from './config.ts'

await startInventory(configOrExit(spec, { prefix, unknown: 'warn' }))
