import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { eventually, serve, type Running } from '../../../test/support/serve.ts'
import { tracedFetch } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
let server: Running
let cancelled = 0
beforeAll(async () => {
  sdk = startSdk()
  server = await serve((request) =>
    request.url.endsWith('/endless') ? new Response(endless()) : new Response('x'.repeat(100_000)),
  )
})
beforeEach(() => sdk.clear())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  sdk.stop()
})

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      controller.enqueue(new Uint8Array(1_000))
    },
    cancel() {
      cancelled++
    },
  })
}

/** Looks at the status alone, as `if (!response.ok) throw …` does. */
async function peek(path = ''): Promise<number> {
  const { status } = await tracedFetch()(server.url + path)
  return status
}

test('a response that is dropped unread ends its span, at the time its head came (tracing/72)', async () => {
  for (let i = 0; i < 5; i++) expect(await peek()).toBe(200)
  // So long are they dropped before anything can collect them.
  await new Promise((resolve) => setTimeout(resolve, 500))
  await eventually(() => (collectGarbage(), sdk.ended.length >= 4), 'the spans of collected responses')
  for (const { duration } of sdk.ended) expect(duration[0] * 1e9 + duration[1]).toBeLessThan(450_000_000)
})

test('its connection is given back (tracing/72)', async () => {
  for (let i = 0; i < 3; i++) await peek('/endless')
  await eventually(() => (collectGarbage(), cancelled >= 2), 'the server to hear of it')
})

test('a body whose response is collected is read to its end, and so is its span (tracing/72)', async () => {
  const own = () => sdk.ended.filter(({ attributes }) => attributes['url.full'] === `${server.url}/kept`)
  const stream = await (async () => (await tracedFetch()(`${server.url}/kept`)).body)()
  for (let i = 0; i < 5; i++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(own()).toEqual([])
  expect((await new Response(stream).text()).length).toBe(100_000)
  const [whole = 0, nano = 0] = own()[0]?.duration ?? []
  expect(whole * 1e9 + nano).toBeGreaterThan(45_000_000)
})
