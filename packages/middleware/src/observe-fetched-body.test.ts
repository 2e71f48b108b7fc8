import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { eventually } from '../../../test/support/serve.ts'
import { observeFetchedBody } from './http-conventions.ts'

interface Heard {
  readonly ends: (number | undefined)[]
  readonly failures: unknown[]
}

function observed(response: Response): Heard & { readonly response: Response } {
  const ends: (number | undefined)[] = []
  const failures: unknown[] = []
  const observer = {
    ended: (at?: number): void => void ends.push(at),
    failed: (error: unknown): void => void failures.push(error),
  }
  return { ends, failures, response: observeFetchedBody(response, observer) }
}

const readers: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  bytes: (response) => response.bytes(),
  'a clone': (response) => Promise.all([response.clone().text(), response.text()]),
  'a pipe': (response) => new Response(response.body?.pipeThrough(new TransformStream())).text(),
}
for (const [how, read] of Object.entries(readers)) {
  test(`the end of a body is told once, when it has been read: ${how} (middleware/58)`, async () => {
    const { ends, failures, response } = observed(new Response('[1]'))
    await sleep(1)
    expect(ends).toEqual([])
    await read(response)
    await sleep(1)
    expect([ends, failures]).toEqual([[undefined], []])
  })
}

test('without a body, or with one that cannot be copied, it is told at once, and the response is the same (middleware/58)', async () => {
  const locked = new Response('read by another')
  locked.body?.getReader()
  for (const given of [new Response(null, { status: 204 }), new Response(), Response.error(), locked]) {
    const { ends, response } = observed(given)
    expect(response).toBe(given)
    expect(ends).toEqual([undefined])
  }
})

test('a cancelled body has ended, and its source hears the reason (middleware/58)', async () => {
  const reasons: unknown[] = []
  const source = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: (reason) => void reasons.push(reason),
  })
  const { ends, failures, response } = observed(new Response(source))
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel('enough')
  expect([ends, failures, reasons]).toEqual([[undefined], [], ['enough']])
})

test('a body that breaks off has failed, for its reader as well (middleware/58)', async () => {
  const error = new Error('broken')
  const source = new ReadableStream({
    pull: (controller) => controller.error(error),
  })
  const { ends, failures, response } = observed(new Response(source))
  await expect(response.text()).rejects.toBe(error)
  expect([ends, failures]).toEqual([[], [error]])
})

test('the copy has the members, the class and the bytes of the response (middleware/58)', async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(50_000))
  const given = Object.defineProperties(new Response(bytes, { status: 203, statusText: 'Told', headers: { a: 'b' } }), {
    url: { value: 'http://shop.example/' },
    redirected: { value: true },
  })
  const { response } = observed(given)
  for (const copy of [response, response.clone()]) {
    expect([copy.status, copy.statusText, copy.url, copy.redirected]).toEqual([
      203,
      'Told',
      'http://shop.example/',
      true,
    ])
    expect(copy.headers.get('a')).toBe('b')
    expect(copy).toBeInstanceOf(Response)
    expect(await copy.bytes()).toEqual(bytes)
  }
})

test('a byte stream stays one, and any other stream too (middleware/58)', async () => {
  const source = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      controller.enqueue(new Uint8Array([1, 2, 3]))
      controller.close()
    },
  })
  const plain = new Response(source)
  const { ends, response } = observed(plain)
  if ('Bun' in globalThis) expect([...(await response.bytes())]).toEqual([1, 2, 3])
  else {
    const reader = response.body?.getReader({ mode: 'byob' })
    expect((await reader?.read(new Uint8Array(8)))?.value).toEqual(new Uint8Array([1, 2, 3]))
    expect((await reader?.read(new Uint8Array(8)))?.done).toBe(true)
  }
  expect(ends).toEqual([undefined])
})

test('a response that is dropped ends when it is collected, as of when it came, and lets its source go (middleware/59)', async () => {
  let cancelled = 0
  const heard: Heard[] = []
  /** One observer round another, as one fetch round another. */
  function drop(): void {
    const source = new ReadableStream({ cancel: () => void cancelled++ })
    const inner = observed(new Response(source))
    const outer = observed(inner.response)
    heard.push({ ends: inner.ends, failures: inner.failures }, { ends: outer.ends, failures: outer.failures })
  }
  const began = performance.now()
  for (let i = 0; i < 5; i++) drop()
  const dropped = performance.now()
  await sleep(50)
  await eventually(() => (collectGarbage(), cancelled >= 4), 'the responses to be collected')
  const ends = heard.flatMap((each) => each.ends)
  expect(ends.length).toBeGreaterThanOrEqual(8)
  for (const end of ends) {
    expect(end).toBeGreaterThanOrEqual(began)
    expect(end).toBeLessThanOrEqual(dropped)
  }
})

test('a body whose response was dropped can still be read (middleware/59)', async () => {
  const { ends, body } = (() => {
    const { ends, response } = observed(new Response('x'.repeat(100_000)))
    return { ends, body: response.body }
  })()
  for (let i = 0; i < 5; i++) {
    collectGarbage()
    await sleep(5)
  }
  expect(ends).toEqual([])
  expect((await new Response(body).text()).length).toBe(100_000)
  expect(ends).toEqual([undefined])
})
