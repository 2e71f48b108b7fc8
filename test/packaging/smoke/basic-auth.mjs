import { strictEqual as equal } from 'node:assert'
import { basicAuth, hashPassword, verifyPassword } from '@seaworthy/basic-auth'
import { Hono } from 'hono'

const users = {
  ann: await hashPassword('open sesame'),
  bob: { hash: await hashPassword('open sesame', { algorithm: 'bcrypt' }), scopes: ['orders:write'] },
}
const auth = basicAuth({ realm: 'WallyWorld', users, scopes: { 'orders:write': 'Changes orders' } })
const app = new Hono().get('/', auth.scopes('orders:write'), (c) => c.text(auth.principal(c).subject))

const ask = (credentials) =>
  app.request('https://api.test/', {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  })
equal(await (await ask('bob:open sesame')).text(), 'bob')
equal((await ask('ann:open sesame')).status, 403)
equal((await ask('ann:open')).status, 401)
equal((await ask('eve:open sesame')).status, 401)
equal(await verifyPassword('open sesame', users.ann), true)
console.log('ok')
