import { strictEqual as equal } from 'node:assert'
import { gunzipSync } from 'node:zlib'
import { debug, logPayloads } from '@seaworthy/debug'
import { Hono } from 'hono'

const watch = debug({ authorize: (x) => x.header('x-operator') === 'ann', maxSeconds: 1 })
const app = new Hono().use(watch, logPayloads()).get('/', (c) => c.text('hello'))
const ask = (path) => app.request(path, { headers: { 'x-operator': 'ann' } })

equal(await (await app.request('/')).text(), 'hello')
equal((await app.request('/debug')).status, 403)
equal((await ask('/debug')).status, 200)
equal(watch.control.requests()[0].path, '/')
watch.control.setLevel({ for: '1s' })
equal((await (await ask('/debug/log')).json()).levels.length, 1)

const profile = await ask('/debug/profile?seconds=0.1')
equal(profile.status, 200)
equal(gunzipSync(await profile.arrayBuffer()).length > 0, true)
console.log('ok')
