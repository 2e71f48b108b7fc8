import { parseArgs } from 'node:util'
import { configOrExit } from '@seaworthy/config'
import * as orders from './orders/config.ts'
import { toolClient } from './shared/tool-client.ts'
import { StartError } from './shared/start-error.ts'
import { startOrExit } from './shared/start-or-exit.ts'

const usage = `Prints a token for the shop that runs on this machine, of a program: pnpm run login logs somebody in.

  pnpm run token                          for orders, and good for an hour
  pnpm run token --scope orders:write     that may cancel orders as well
  pnpm run token --opaque                 one that orders has to ask its provider about
  pnpm run token --service                for inventory, as orders has it
`

await startOrExit('token', async () => {
  // pnpm passes the -- on that separates its own options from these.
  const values = asked(process.argv.slice(2).filter((argument) => argument !== '--'))
  if (values.help) return process.stdout.write(usage)
  const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
  if (cfg.oidcIssuer !== undefined) {
    throw new StartError(`tokens come from ${cfg.oidcIssuer}, as OIDC_ISSUER says: ask there, or pnpm run login.`)
  }
  const tool = values.service
    ? toolClient(cfg, { id: 'orders', audience: cfg.inventoryAudience, scope: ['stock'] })
    : toolClient(cfg, { id: values.opaque ? 'partner' : 'tools', audience: cfg.audience, scope: values.scope })
  return process.stdout.write(`${await tool.accessToken()}\n`)
})

function asked(args: readonly string[]) {
  const options = {
    scope: { type: 'string', multiple: true, default: [] as string[] },
    opaque: { type: 'boolean', default: false },
    service: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}
