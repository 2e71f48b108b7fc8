import { strictEqual as equal } from 'node:assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configureLog, log, requestLog } from '@seaworthy/log'
import { memoryOutput } from '@seaworthy/log/testing'
import { Hono } from 'hono'

const folder = mkdtempSync(join(tmpdir(), 'smoke-log-'))
const file = join(folder, 'lines')
const memory = memoryOutput()
const logger = configureLog({ format: 'json', outputs: [file, memory], fields: { service: 'orders' } })

const app = new Hono().use(requestLog()).get('/orders/:id', (c) => {
  log.info('found', { id: c.req.param('id'), password: 'canary' })
  return c.text('7')
})
await (await app.request('/orders/7')).text()
logger.flush()

const text = readFileSync(file, 'utf8')
const lines = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))
equal(lines.length, 2)
equal(lines[0].msg, 'found')
equal(lines[0].service, 'orders')
equal(text.includes('canary'), false)
rmSync(folder, { recursive: true })
console.log('ok')
