import { handler } from '@seaworthy/middleware'
import { authenticator, challenge, createPrincipal, headerCredentials, security } from '@seaworthy/security'

const asUser = authenticator({
  name: 'asUser',
  extract: (x) => headerCredentials(x, 'x-user'),
  authenticate: (subject) => ({ principal: createPrincipal({ scheme: 'asUser', subject, claims: null }) }),
  challenge: () => challenge('Test', { realm: 'smoke' }),
  openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-user' }),
})
const policy = security({ default: asUser })
const fetch = handler(policy, (request) => new Response(policy.principal(request).subject))

const refused = await fetch(new Request('https://localhost/'))
if (refused.status !== 401 || refused.headers.get('www-authenticate') !== 'Test realm="smoke"')
  throw new Error('let in')
const response = await fetch(new Request('https://localhost/', { headers: { 'x-user': 'ann' } }))
if ((await response.text()) !== 'ann') throw new Error('not let in')
console.log('ok')
