import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ChildProgram } from '../../../test/support/child-program.ts'

test('a dozen lines are a service: probes, metrics, request ids, traced lines, and a clean end', async () => {
  const variables = { NODE_ENV: 'development', HTTP_ADDR: '127.0.0.1:0' }
  await using example = new ChildProgram(join(import.meta.dirname, 'main.ts'), { variables })
  const url = (await example.says('listening on ')).url('listening on')

  const response = await fetch(`${url}/hello/world`)
  expect(await response.json()).toEqual({ hello: 'world' })
  const requestId = response.headers.get('x-request-id')
  expect(requestId).toMatch(/^[\w-]{20,}$/)
  for (const probe of ['/livez', '/readyz', '/startupz', '/healthz']) {
    expect((await fetch(url + probe)).status).toBe(200)
  }
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('http_route="/hello/:name"')
  expect((await fetch(`${url}/nowhere`)).status).toBe(404)
  for (const page of ['/_console/', '/debug']) expect((await fetch(url + page)).status).toBe(200)
  expect(await (await fetch(`${url}/_console/api/requests`)).text()).toContain('"route":"/hello/:name"')

  expect(await example.ends()).toBe(0)
  const line = example.lines.find((each) => each['http.route'] === '/hello/:name')
  expect(line).toMatchObject({ service: 'minimal', request_id: requestId, trace_id: expect.stringMatching(/^\w{32}$/) })
})
