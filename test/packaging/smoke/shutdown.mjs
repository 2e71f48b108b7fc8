import { strictEqual as equal } from 'node:assert'
import { shutdown } from '@seaworthy/shutdown'
import { Hono } from 'hono'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const life = shutdown({ logger: quiet })
const closed = []
life.hook('database', () => void closed.push('database'))
life.hook('consumer', () => void closed.push('consumer'))
life.last('telemetry', () => void closed.push('telemetry'))

const app = new Hono().use(life).get('/', (c) => c.text(life.state))
equal(life.state, 'starting')
life.ready()
equal(await (await app.request('/')).text(), 'ready')

const report = await life.stop()
equal(report.clean, true)
equal(life.state, 'stopped')
equal(closed.join(), 'consumer,database,telemetry')
console.log('ok')
