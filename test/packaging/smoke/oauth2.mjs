import { strictEqual as equal } from 'node:assert'
import { clientCredentials } from '@seaworthy/oauth2/client'
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
console.log('ok')
