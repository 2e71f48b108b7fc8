import { createLogger, type Logger } from '@seaworthy/log'
import { memoryOutput, type MemoryOutput } from '@seaworthy/log/testing'
import { Hono } from 'hono'
import { debug, type Debug, type DebugOptions } from './index.ts'

/** Whether the tests run on Bun. */
export const isBun: boolean = 'Bun' in globalThis

/** Who is let in by {@link debugApp}. */
export const operator: Readonly<Record<string, string>> = { 'x-operator': 'ann' }

/** An application with `debug()` and all that a test looks at. */
export interface DebugApp {
  readonly app: Hono
  readonly watch: Debug
  readonly logger: Logger
  readonly output: MemoryOutput
  /** Asks below `/debug` as the operator. */
  ask(place: string, init?: RequestInit): Promise<Response>
  /** Posts a change of the level as the operator. */
  change(body: unknown): Promise<Response>
}

/** An application whose operator is known by a header. */
export function debugApp(options: Partial<DebugOptions> = {}): DebugApp {
  const output = memoryOutput()
  const logger = createLogger({ outputs: [output] })
  const watch = debug({ authorize: (x) => x.header('x-operator') === 'ann', logger, ...options })
  const app = new Hono().use(watch)
  const ask = async (place: string, init: RequestInit = {}): Promise<Response> =>
    app.request(`http://localhost/debug${place}`, {
      ...init,
      headers: { ...operator, ...Object.fromEntries(new Headers(init.headers)) },
    })
  const change = (body: unknown): Promise<Response> => ask('/log', { method: 'POST', body: JSON.stringify(body) })
  return { app, watch, logger, output, ask, change }
}
