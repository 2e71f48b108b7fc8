import { clientCredentials, deviceLogin, tokenExchange, type AuthorizedClient, type ClientAuth } from '../client.ts'

const clientAuth: ClientAuth = { method: 'client_secret_basic', secret: 's', encoding: 'raw' }
const common = { issuer: 'https://id.example', clientId: 'orders' }

const client: AuthorizedClient = clientCredentials({
  ...common,
  clientAuth,
  scope: ['a', 'b'],
  dpop: { algorithm: 'Ed25519' },
})
const asFetch: typeof fetch = client.fetch
const token: Promise<string> = client.accessToken({ signal: AbortSignal.timeout(1) })
const onBehalf: AuthorizedClient = tokenExchange({ ...common, clientAuth, audience: 'stock' }).onBehalfOf('token')
const account: Promise<AuthorizedClient> = deviceLogin(common).login({
  prompt: ({ userCode }) => console.log(userCode),
})
void [asFetch, token, onBehalf, account]

// @ts-expect-error a client in its own name has to show who it is
clientCredentials(common)
// @ts-expect-error a secret is needed
const without: ClientAuth = { method: 'client_secret_post' }
// @ts-expect-error an encoding is for the header
const body: ClientAuth = { method: 'client_secret_post', secret: 's', encoding: 'raw' }
// @ts-expect-error a JWK needs its algorithm
const key: ClientAuth = { method: 'private_key_jwt', key: { kty: 'EC', d: 'x' } }
// @ts-expect-error a duration has a unit
clientCredentials({ ...common, clientAuth, refreshAhead: '60' })
// @ts-expect-error a SAML assertion is nothing that a call can carry
tokenExchange({ ...common, clientAuth, requestedTokenType: 'saml2' })
// @ts-expect-error somebody has to be told the code
deviceLogin(common).login({})
void [without, body, key]
