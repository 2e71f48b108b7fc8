import { strictEqual as equal } from 'node:assert'
import { apiKey, apiKeyPattern, createApiKeys, memoryStore } from '@seaworthy/api-key'
import { Hono } from 'hono'

const common = { store: memoryStore(), prefix: 'acme_live', pepper: 'a pepper of the smoke run' }
const keys = createApiKeys(common)
const auth = apiKey({ ...common, scopes: { 'orders:write': 'Changes orders' } })
const app = new Hono().get('/', auth.scopes('orders:write'), (c) => c.text(auth.principal(c).subject))

const ask = (key) => app.request('https://api.test/', { headers: { 'x-api-key': key } })
const { key, apiKey: made } = await keys.create({ name: 'ci' }, { owner: 'ann', scopes: ['orders:write'] })
equal(apiKeyPattern('acme_live').test(key), true)
equal(await (await ask(key)).text(), 'ann')
equal((await ask((await keys.create({}, { owner: 'ben' })).key)).status, 403)
const successor = await keys.rotate(made.id, { grace: '1h' })
equal((await ask(successor.key)).status, 200)
await keys.revoke(made.id)
equal((await ask(key)).status, 401)
console.log('ok')
