import { strictEqual as equal } from 'node:assert'
import { clientCredentials } from '@seaworthy/oauth2/client'
import { oidcLogin } from '@seaworthy/oauth2/login'
import { resourceServer } from '@seaworthy/oauth2/resource'

const issuer = 'https://id.test'
const answers = {
  [`${issuer}/.well-known/openid-configuration`]: () => Response.json({ issuer, token_endpoint: `${issuer}/token` }),
  [`${issuer}/token`]: () => Response.json({ access_token: 'a-token', token_type: 'Bearer' }),
  'https://stock.test/': (init) => new Response(init.headers.get('authorization')),
}
const stock = clientCredentials({
  issuer,
  clientId: 'orders',
  clientAuth: { method: 'client_secret_basic', secret: 'a-secret' },
  fetch: async (input, init) => answers[String(input)](init),
})
equal(await (await stock.fetch('https://stock.test/')).text(), 'Bearer a-token')

const api = resourceServer({ resource: 'https://api.test', jwt: { issuer, jwks: `${issuer}/jwks` }, dpop: {} })
const refused = await api(new Request('https://api.test/'), () => new Response('in'))
equal(refused.status, 401)
equal(/resource_metadata="https:\/\/api\.test\/\.well-known/.test(refused.headers.get('www-authenticate')), true)

const login = oidcLogin({
  issuer,
  clientId: 'shop',
  clientAuth: { method: 'none' },
  publicUrl: 'https://shop.test',
  session: { keys: 'a secret of at least thirty-two bytes' },
})
const page = new Request('https://shop.test/orders', { headers: { 'sec-fetch-mode': 'navigate' } })
const sent = await login(page, () => new Response('in'))
equal(sent.headers.get('location'), '/auth/login?return_to=%2Forders')
console.log('ok')
