import { createLogger, type Logger } from '@seaworthy/log'
import { memoryOutput, type MemoryOutput } from '@seaworthy/log/testing'
import { Hono } from 'hono'
import { logPayloads, type LogPayloadsOptions } from './index.ts'

/** An application that logs its payloads. */
export interface PayloadApp {
  readonly app: Hono
  readonly logger: Logger
  readonly output: MemoryOutput
}

/** An application that says what it was sent. */
export function payloadApp(options: LogPayloadsOptions = {}, level: 'debug' | 'info' = 'debug'): PayloadApp {
  const output = memoryOutput()
  const logger = createLogger({ outputs: [output], level })
  const app = new Hono().use(logPayloads({ logger, ...options }))
  app.post('/echo', async (c) =>
    c.body(await c.req.text(), 200, { 'content-type': c.req.header('content-type') ?? '' }),
  )
  app.post('/unread', (c) => c.json({ ok: true }))
  return { app, logger, output }
}

/** Posts a body, in process. */
export const post = (
  app: Hono,
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  path = '/echo',
): Promise<Response> => Promise.resolve(app.request(path, { method: 'POST', body, headers: { 'content-type': type } }))

/** The payloads that were logged, in order. */
export const payloads = ({ records }: MemoryOutput): unknown[] => records.map(({ fields }) => fields['payload'])
