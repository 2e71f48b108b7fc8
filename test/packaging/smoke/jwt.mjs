import { strictEqual as equal } from 'node:assert'
import { jwt, remoteJwks } from '@seaworthy/jwt'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'

const issuer = createTestIssuer()
const auth = jwt({
  issuer: issuer.issuer,
  audience: 'https://api.test',
  jwks: remoteJwks({ url: issuer.jwksUrl, fetch: issuer.fetch }),
  scopes: { 'orders:write': 'Changes orders' },
})
const app = new Hono().get('/', auth.scopes('orders:write'), (c) => c.text(auth.principal(c).subject))

const ask = (token) => app.request('https://api.test/', { headers: { authorization: `Bearer ${token}` } })
const response = await ask(issuer.token({ sub: 'ann', scope: 'orders:write' }))
equal(await response.text(), 'ann')
equal((await ask(issuer.token())).status, 403)
equal((await ask(createTestIssuer().token())).status, 401)
console.log('ok')
