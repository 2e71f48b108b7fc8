import { parseArgs } from 'node:util'
import { configOrExit } from '@seaworthy/config'
import { parseDurationText } from '@seaworthy/middleware'
import * as orders from './orders/config.ts'
import { developmentIssuer } from './shared/development-issuer.ts'
import { StartError } from './shared/start-error.ts'
import { startOrExit } from './shared/start-or-exit.ts'

const usage = `Prints a token for the shop that runs on this machine.

  pnpm run token                          for orders
  pnpm run token --scope orders:write     that may cancel orders as well
  pnpm run token --service                for inventory, as orders has it

  --sub <name>         whose token it is                 (you)
  --expires-in <time>  how long it lives, such as 8h     (1h)
`

await startOrExit('token', async () => {
  // pnpm passes the -- on that separates its own options from these.
  const values = asked(process.argv.slice(2).filter((argument) => argument !== '--'))
  if (values.help) return process.stdout.write(usage)
  const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
  if (cfg.oidcIssuer !== undefined) {
    return refuse(`Tokens come from ${cfg.oidcIssuer}, as OIDC_ISSUER says: ask there.`)
  }
  const expiresIn = parseDurationText(values['expires-in'])
  const issuer = await developmentIssuer(cfg.developmentFolder)
  const claims = values.service
    ? { sub: 'orders', client_id: 'orders', aud: cfg.inventoryAudience, scope: 'stock' }
    : { sub: values.sub, client_id: 'pnpm', aud: cfg.audience, scope: values.scope.join(' ') }
  return process.stdout.write(`${issuer.token(claims, { expiresIn })}\n`)
})

function asked(args: readonly string[]) {
  const options = {
    scope: { type: 'string', multiple: true, default: [] as string[] },
    sub: { type: 'string', default: 'you' },
    'expires-in': { type: 'string', default: '1h' },
    service: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
