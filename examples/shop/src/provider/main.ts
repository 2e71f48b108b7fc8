import './quiet.ts'
import { createServer } from 'node:http'
import { configOrExit } from '@seaworthy/config'
import { isDevelopment } from '@seaworthy/middleware'
import Provider from 'oidc-provider'
import * as inventory from '../inventory/config.ts'
import * as orders from '../orders/config.ts'
import { developmentPassword, developmentSecrets } from '../shared/development-secrets.ts'
import { localUrl } from '../shared/local-url.ts'
import { StartError } from '../shared/start-error.ts'
import { startOrExit } from '../shared/start-or-exit.ts'
import { configuration, type KnownResource } from './configuration.ts'
import { knownClients } from './known-clients.ts'
import { loginPage } from './login-page.ts'
import { signingKeys } from './signing-keys.ts'

// The identity provider of development: a real one, for this machine alone. It keeps its keys, and forgets who has
// logged in when it ends.
await startOrExit('provider', async () => {
  if (!isDevelopment()) throw new StartError('This provider is for development: set OIDC_ISSUER, and use a real one.')
  const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
  const stock = configOrExit(inventory.spec, { prefix: inventory.prefix })
  const issuer = localUrl(cfg.providerAddr)
  const { hostname, host, port } = new URL(issuer)
  if (!/^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(hostname)) {
    throw new StartError('It listens on this machine alone: set PROVIDER_HTTP_ADDR, such as 127.0.0.1:8082.')
  }

  const local = localUrl(cfg.httpAddr)
  const byName = `http://localhost:${new URL(local).port}`
  const resources: readonly KnownResource[] = [
    { resource: local, audience: cfg.audience, scope: 'orders:write', clients: ['shop-cli', 'tools', 'partner'] },
    { resource: cfg.inventoryUrl, audience: stock.audience, scope: 'stock', clients: ['orders'] },
  ]
  const folder = cfg.developmentFolder
  const clients = knownClients([local, byName], developmentSecrets(folder))
  const tokenLife = cfg.providerTokenLife / 1_000
  const provider = new Provider(issuer, configuration(clients, signingKeys(folder), resources, tokenLife))
  provider.on('server_error', (_ctx, error) => process.stderr.write(`provider: ${error.message}\n`))
  const answer = provider.callback()
  const login = loginPage(provider, developmentPassword(folder))

  const server = createServer((request, response) => {
    // A site whose name was made to lead here would otherwise be taken for the provider by the browser.
    if (request.headers.host !== host) return void response.writeHead(421).end()
    if (request.url?.startsWith('/interaction/')) return void login(request, response)
    // The pages of the provider ask another site for a font.
    response.setHeader('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'`)
    void answer(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new StartError(`nothing can listen at ${issuer}: ${error.message}`)))
    server.listen(Number(port), hostname.replaceAll(/[[\]]/g, ''), resolve)
  })
  const end = (): void => {
    server.close()
    server.closeAllConnections()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
})
