import './silence-provider.test-kit.ts'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider, { type ClientMetadata } from 'oidc-provider'
import { addTokenExchange } from './provider-exchange.test-kit.ts'
import { providerClients } from './provider-clients.test-kit.ts'
import { createSigningKeys, providerConfiguration } from './provider-configuration.test-kit.ts'
import { scriptedUser, type ScriptedUser } from './scripted-user.test-kit.ts'

/** What a provider does, now: change it at any time. */
export interface ProviderBehaviour {
  /** Asks for a nonce in DPoP proofs. */
  dpopNonces: boolean
  /** Gives a new refresh token with every use of one, and takes the old one no more. */
  rotation: boolean
  /** Seconds. */
  accessTokenTtl: number
  /** Answers in the provider's place when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** A real identity provider on this machine. */
export interface ProviderKit {
  readonly issuer: string
  readonly provider: Provider
  readonly behaviour: ProviderBehaviour
  /** What was asked of it, as `POST /token`. */
  readonly asked: string[]
  /** How often something was asked. */
  count(asked: string): number
  /** A browser of `ann` or `bob`, signed out at first. */
  user(name: 'ann' | 'bob'): ScriptedUser
  stop(): Promise<void>
}

/** Settings of {@link startProvider}. */
export interface ProviderKitOptions extends Partial<ProviderBehaviour> {
  /** Clients besides `providerClients`; one with the id of those is in its place, with what it does not say from there. */
  readonly clients?: readonly ClientMetadata[]
}

/** Starts an `oidc-provider` on a free port of the loopback. */
export async function startProvider(options: ProviderKitOptions = {}): Promise<ProviderKit> {
  const { clients = [], ...given } = options
  const behaviour: ProviderBehaviour = {
    dpopNonces: false,
    rotation: false,
    accessTokenTtl: 300,
    intercept: () => false,
    ...given,
  }
  const asked: string[] = []

  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    if (!behaviour.intercept(request, response)) void callback(request, response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const keys = createSigningKeys()
  const provider = new Provider(issuer, {
    ...providerConfiguration(behaviour, keys),
    clients: merged(clients),
  })
  addTokenExchange(provider, behaviour)
  const callback = provider.callback()

  return {
    issuer,
    provider,
    behaviour,
    asked,
    count: (what) => asked.filter((each) => each === what).length,
    user: (name) => scriptedUser(issuer, name),
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

function merged(extra: readonly ClientMetadata[]): ClientMetadata[] {
  const byId = new Map<string, ClientMetadata>(providerClients.map((each) => [each.client_id, each]))
  for (const each of extra) byId.set(each.client_id, { ...byId.get(each.client_id), ...each })
  return [...byId.values()]
}
