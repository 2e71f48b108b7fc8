import { parseArgs } from 'node:util'
import { configOrExit } from '@seaworthy/config'
import { deviceLogin, type DeviceCode } from '@seaworthy/oauth2/client'
import * as orders from './orders/config.ts'
import { localUrl } from './shared/local-url.ts'
import { StartError } from './shared/start-error.ts'
import { startOrExit } from './shared/start-or-exit.ts'
import { trustedIssuer } from './shared/trusted-issuer.ts'

const usage = `Logs you in to the shop from a terminal, and prints a line that calls it in your name.

  pnpm run login            prints a code, and waits until you have entered it in a browser
  pnpm run login --token    prints the token alone: TOKEN=$(npx -y pnpm@12.21.0 -s run login --token)
  pnpm run login --dpop     binds the token to a key of this process, and calls the shop by both

  --scope <scope>           what the token is good for     (orders:write)
  --client <id>             as whom, with OIDC_ISSUER      (shop-cli)
`

await startOrExit('login', async () => {
  const values = asked(process.argv.slice(2).filter((argument) => argument !== '--'))
  if (values.help) return process.stdout.write(usage)
  const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
  const shop = cfg.publicUrl ?? localUrl(cfg.httpAddr)
  const device = deviceLogin({
    issuer: trustedIssuer(cfg),
    clientId: values.client,
    scope: ['openid', ...values.scope],
    parameters: { audience: cfg.audience },
    dpop: values.dpop,
  })
  const account = await device.login({ prompt: tell })
  if (values.dpop) {
    // curl could not: each request has a proof of its own.
    const answer = await account.fetch(`${shop}/orders?limit=5`)
    return process.stdout.write(`GET /orders?limit=5 was answered with ${answer.status}:\n${await answer.text()}\n`)
  }
  const token = await account.accessToken()
  return process.stdout.write(values.token ? `${token}\n` : `curl -H 'authorization: Bearer ${token}' ${shop}/orders\n`)
})

/** On the other stream: what is printed on this one can be used by a shell. */
function tell({ userCode, verificationUri, verificationUriComplete }: DeviceCode): void {
  const complete = verificationUriComplete === undefined ? '' : `, or open ${verificationUriComplete}`
  process.stderr.write(`Open ${verificationUri} in a browser and enter ${userCode}${complete}\nWaiting …\n`)
}

function asked(args: readonly string[]) {
  const options = {
    scope: { type: 'string', multiple: true, default: ['orders:write'] as string[] },
    client: { type: 'string', default: 'shop-cli' },
    token: { type: 'boolean', default: false },
    dpop: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : ''}\n\n${usage}`)
  }
}
