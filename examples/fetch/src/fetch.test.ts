import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ChildProgram } from '../../../test/support/child-program.ts'

const main = join(import.meta.dirname, 'Bun' in globalThis ? 'bun.ts' : 'node.ts')

test('without Hono: probes, metrics by route, request ids, traced lines, and a clean end', async () => {
  await using example = new ChildProgram(main, { variables: { NODE_ENV: 'development', PORT: '0' } })
  const url = (await example.says('listening on ')).url('listening on')

  const response = await fetch(`${url}/hello/Zo%C3%AB`)
  const requestId = response.headers.get('x-request-id')
  expect(requestId).toMatch(/^[\w-]{20,}$/)
  expect(await response.json()).toEqual({ hello: 'Zoë', request_id: requestId })
  for (const probe of ['/livez', '/readyz', '/startupz', '/healthz']) {
    expect((await fetch(url + probe)).status).toBe(200)
  }
  const missing = await fetch(`${url}/nowhere`)
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  const page = await (await fetch(`${url}/metrics`)).text()
  expect(page).toMatch(/_count\{[^}]*http_route="\/hello\/:name"[^}]*\} 1\b/)
  expect(page).not.toContain('Zo')

  expect(await example.ends()).toBe(0)
  const lines = example.lines.filter(({ request_id }) => request_id === requestId)
  expect(lines.map(({ msg }) => msg)).toEqual(['greeting', expect.stringContaining('200')])
  expect(new Set(lines.map(({ trace_id }) => trace_id)).size).toBe(1)
  expect(lines[1]).toMatchObject({ service: 'greetings', 'http.route': '/hello/:name' })
})
