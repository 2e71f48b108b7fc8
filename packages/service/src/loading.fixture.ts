// Tells which modules a service has loaded when it is wired.
import module, { createRequire } from 'node:module'
import { log } from '@seaworthy/log'

const seen: string[] = []
if (!('Bun' in globalThis)) {
  module.registerHooks({
    load(url, context, next) {
      seen.push(url)
      return next(url, context)
    },
  })
}
const { service } = await import('./index.ts')
const svc = await service({ name: 'orders', shutdown: false, ...JSON.parse(process.argv[2] ?? '{}') })
const loaded = [...seen, ...Object.keys(createRequire(import.meta.url).cache)]
const has = (part: string): boolean => loaded.some((each) => each.includes(part))
log.info('loaded', {
  service: has('/service/src/service.ts'),
  debug: has('/debug/src/'),
  console: has('/console/src/'),
  v8: has('node:v8'),
  inspector: has('node:inspector'),
  parts: svc.parts.map(({ name }) => name),
})
process.exit(0)
