import { appendFileSync } from 'node:fs'
import './plant.fixture.ts'

// Loaded into a service before it starts: keeps what it and the identity provider tell each other, in a file that only
// the test reads.
const file = process.env['RECORDED'] ?? ''
const send = globalThis.fetch

async function recorded(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await send(input, init)
  const { body } = init ?? {}
  const told = response.headers.get('content-type')?.includes('json') ? await response.clone().text() : ''
  const sent = body instanceof URLSearchParams || typeof body === 'string' ? String(body) : ''
  const { authorization = '', dpop = '' } = Object.fromEntries(new Headers(init?.headers))
  appendFileSync(file, `${JSON.stringify({ url: String(input), sent, told, authorization, dpop })}\n`)
  return response
}
globalThis.fetch = Object.assign(recorded, send)
