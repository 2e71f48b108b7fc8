import { deepStrictEqual as same, strictEqual as equal } from 'node:assert'
import { config, duration, isSecret, port, secret, string } from '@seaworthy/config'

const spec = {
  name: string({ default: 'orders' }),
  port: port({ default: 8080 }),
  timeout: duration({ default: '30s' }),
  key: secret(string()),
}
const env = { ORDERS_PORT: '9090', ORDERS_KEY: 'canary' }
const settings = config(spec, { prefix: 'ORDERS_', env, files: [] })
equal(settings.port, 9090)
equal(settings.timeout, 30_000)
equal(isSecret(settings.key), true)
equal(JSON.stringify(settings).includes('canary'), false)

try {
  config(spec, { prefix: 'ORDERS_', env: { ORDERS_PORT: 'many', ORDERS_TIMEOUT: 'long' }, files: [] })
  throw new Error('nothing was thrown')
} catch (error) {
  equal(error.code, 'ERR_CONFIG_INVALID')
  same(
    ['ORDERS_PORT', 'ORDERS_TIMEOUT', 'ORDERS_KEY'].filter((name) => !error.message.includes(name)),
    [],
  )
}
console.log('ok')
