import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Hono } from 'hono'

/** An instrumentation under comparison. */
export interface Subject {
  /** How its column is headed. */
  readonly title: string
  /** Makes it watch an application, as its documentation says, with the header `x-tenant` captured. */
  instrument(app: Hono): Promise<void>
}

/** What is compared, in the order of the columns. */
export const subjects: Readonly<Record<string, Subject>> = {
  tracing: {
    title: '@seaworthy/tracing',
    async instrument(app) {
      const { tracing } = await import('../src/index.ts')
      app.use(tracing({ captureHeaders: { request: ['x-tenant'] } }))
    },
  },
  'hono-otel': {
    title: `@hono/otel ${versionOf('@hono/otel')}`,
    async instrument(app) {
      const { httpInstrumentationMiddleware } = await import('@hono/otel')
      app.use(httpInstrumentationMiddleware({ captureRequestHeaders: ['x-tenant'] }))
    },
  },
  'instrumentation-http': {
    title: `instrumentation-http ${versionOf('@opentelemetry/instrumentation-http')}`,
    async instrument() {
      const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http')
      const instrumentation = new HttpInstrumentation({
        headersToSpanAttributes: { server: { requestHeaders: ['x-tenant'] } },
      })
      // It patches the module when it is required.
      createRequire(import.meta.url)('node:http')
      instrumentation.enable()
    },
  },
}

function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const { devDependencies } = manifest as { readonly devDependencies: Readonly<Record<string, string>> }
  return devDependencies[name] ?? ''
}
