import { Session } from 'node:inspector/promises'
import { connect } from 'node:net'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { buildHulls, keepBusy } from './busy.test-kit.ts'
import { debugApp, isBun, operator } from './debug-app.test-kit.ts'
import { decodePprof } from './decode-pprof.test-kit.ts'
import { debug } from './index.ts'

const recordings = ['/profile', '/flame', '/heap'] as const

async function status(response: Response | Promise<Response>): Promise<number> {
  const answered = await response
  await answered.arrayBuffer()
  return answered.status
}

describe('a CPU profile', () => {
  test('has a busy function at its top, as pprof (debug/16)', async () => {
    const { ask } = debugApp()
    using _ = keepBusy()
    const [before, begun] = [Date.now(), performance.now()]
    const response = await ask('/profile?seconds=0.6')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="cpu.pb.gz"')
    const profile = decodePprof(await response.arrayBuffer())
    expect(profile.kinds).toEqual(['samples/count', 'cpu/nanoseconds'])
    expect(profile.period).toBe('1000000 cpu/nanoseconds')
    expect(profile.durationNanos).toBe(0.6e9)
    expect(Math.abs(profile.timeNanos / 1e6 - before)).toBeLessThan(5_000)
    const [top, second] = profile.flat
    expect(top).toMatchObject({ name: 'countWaves', line: expect.any(Number) })
    expect(top?.file).toMatch(/^\/.*\/busy\.test-kit\.ts$/)
    const [samples = 0, nanoseconds = 0] = top?.values ?? []
    expect(samples).toBeGreaterThan(20)
    expect(nanoseconds).toBeGreaterThan(0.2e9)
    expect(nanoseconds / 1e6).toBeLessThan(performance.now() - begun)
    expect(nanoseconds).toBeGreaterThan(3 * (second?.values[1] ?? 0))
    const stack = profile.stacks.find(([innermost]) => innermost === 'countWaves')
    if (!isBun) expect(stack?.slice(0, 2)).toEqual(['countWaves', 'sail'])
    expect(profile.stacks.flat()).not.toContain('(root)')
  })

  test('of an idle process has next to nothing in it (debug/16)', async () => {
    const { ask } = debugApp()
    const profile = decodePprof(await (await ask('/profile?seconds=0.3')).arrayBuffer())
    const ours = profile.flat.filter(({ file }) => file.endsWith('.ts'))
    expect(ours.reduce((sum, { values: [, own = 0] }) => sum + own, 0)).toBeLessThan(0.15e9)
    expect(profile.flat.map(({ name }) => name)).not.toContain('(idle)')
  })

  test('is one for DevTools, if asked (debug/17)', async () => {
    const { ask } = debugApp()
    using _ = keepBusy()
    const response = await ask('/profile?seconds=0.2&format=cpuprofile')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="cpu.cpuprofile"')
    const profile = (await response.json()) as {
      nodes: { id: number; callFrame: { functionName: string }; hitCount?: number }[]
      samples: number[]
      timeDeltas: number[]
    }
    const ids = new Set(profile.nodes.map(({ id }) => id))
    expect(profile.samples.every((id) => ids.has(id))).toBe(true)
    expect(profile.timeDeltas).toHaveLength(profile.samples.length)
    const [top] = profile.nodes.toSorted((a, b) => (b.hitCount ?? 0) - (a.hitCount ?? 0))
    expect(top?.callFrame.functionName).toBe('countWaves')
    expect(await status(ask('/profile?format=svg'))).toBe(400)
  })
})

describe('a flame graph', () => {
  test('is one page that begins at once and tells what took most (debug/24)', async () => {
    const { app } = debugApp()
    await using server = await serve(app.fetch)
    using _ = keepBusy()
    const response = await fetch(`${server.url}/debug/flame?seconds=0.5`, { headers: operator })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const decoder = new TextDecoder()
    const chunks: string[] = []
    const times: number[] = []
    for await (const chunk of response.body ?? []) {
      chunks.push(decoder.decode(chunk))
      times.push(performance.now())
    }
    expect(chunks[0]).toContain('Recording for 0.5 s')
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(250)
    const page = chunks.join('')
    const [, first = ''] = /<tr><td class="num">([\s\S]*?)<\/tr>/.exec(page) ?? []
    expect(first).toMatch(/<code>countWaves<\/code>[\s\S]*busy\.test-kit\.ts:\d+/)
    const [, data = ''] = /<script type="application\/json" id="graph">(.*?)<\/script>/.exec(page) ?? []
    const graph = JSON.parse(data) as Graph
    expect(callsOf(graph)).toContainEqual(expect.stringMatching(/^>all>.*countWaves$/))
  })

  test('shows whatever a function is called as text (debug/24)', async () => {
    const { ask } = debugApp()
    const hostile = {
      '</script><img src=x onerror=alert(1)>&"': () => {
        const end = performance.now() + 10
        let sum = 0
        while (performance.now() < end) for (let i = 0; i < 10_000; i++) sum += Math.sqrt(i)
        return sum
      },
    }
    const [[name, run]] = Object.entries(hostile) as [[string, () => number]]
    const timer = setInterval(run, 1)
    const page = await (await ask('/flame?seconds=0.3')).text()
    clearInterval(timer)
    expect(page).not.toContain('<img')
    expect(page.match(/<\/script>/g)).toHaveLength(2)
    const [, data = ''] = /<script type="application\/json" id="graph">(.*?)<\/script>/.exec(page) ?? []
    expect((JSON.parse(data) as Graph).names).toContain(name)
  })

  test('says so when nothing ran (debug/24)', async () => {
    const { flameEnd } = await import('./flame-page.ts')
    const period = { type: 'cpu', unit: 'nanoseconds', value: 1 }
    expect(flameEnd({ kinds: [], samples: [], period }, 2)).toContain('Nothing ran in these 2 s')
  })
})

interface Node {
  readonly name: number
  readonly children: readonly Node[]
}
interface Graph {
  readonly names: readonly string[]
  readonly root: Node
}

function callsOf({ names, root }: Graph): string[] {
  const walk = (node: Node, above: string): string[] => {
    const path = `${above}>${names[node.name]}`
    return [path, ...node.children.flatMap((child) => walk(child, path))]
  }
  return walk(root, '')
}

describe('a heap profile', () => {
  test('decodes, and tells what the runtime knows (debug/18) (debug/19)', async () => {
    const { ask } = debugApp()
    const asked = ask('/heap?seconds=0.4')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const kept = buildHulls(10_000)
    const response = await asked
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="heap.pb.gz"')
    const profile = decodePprof(await response.arrayBuffer())
    expect(kept).toHaveLength(10_000)
    if (isBun) {
      expect(profile.kinds).toEqual(['inuse_objects/count'])
      expect(profile.comments).toEqual([expect.stringContaining('by their type')])
      const arrays = profile.flat.find(({ name }) => name === 'Array')
      expect(arrays?.values[0]).toBeGreaterThanOrEqual(10_000)
    } else {
      expect(profile.kinds).toEqual(['inuse_objects/count', 'inuse_space/bytes'])
      expect(profile.stacks.some((names) => names.includes('buildHulls'))).toBe(true)
      const mine = profile.flat.filter(({ file }) => file.endsWith('busy.test-kit.ts'))
      expect(profile.flat[0]?.file).toMatch(/busy\.test-kit\.ts$|^$/)
      expect(mine.reduce((sum, { values }) => sum + (values[1] ?? 0), 0)).toBeGreaterThan(5_000_000)
    }
  })
})

describe('a heap snapshot', () => {
  test('is off unless it is switched on (debug/20) (debug/48)', async () => {
    const response = await debugApp().ask('/heapsnapshot')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('heapSnapshots: true') })
  })

  test('is whole, with every object in it (debug/20) (debug/21)', async () => {
    class UnmistakableHull {
      readonly planks = ['oak']
    }
    const kept = new UnmistakableHull()
    const { ask } = debugApp({ heapSnapshots: true })
    for (let i = 0; i < 2; i++) {
      const response = await ask('/heapsnapshot')
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="heap.heapsnapshot"')
      const snapshot = (await response.json()) as {
        snapshot: { node_count: number; meta: { node_fields: string[] } }
        nodes: number[]
        strings: string[]
      }
      expect(snapshot.nodes).toHaveLength(snapshot.snapshot.node_count * snapshot.snapshot.meta.node_fields.length)
      expect(snapshot.strings).toContain('UnmistakableHull')
    }
    expect(kept.planks).toHaveLength(1)
  }, 30_000)
})

describe('recordings', () => {
  test('are one at a time in the process, whatever they are (debug/21)', async () => {
    const [one, other] = [debugApp({ heapSnapshots: true }), debugApp({ heapSnapshots: true })]
    for (const place of recordings) {
      const first = one.ask(`${place}?seconds=0.3`)
      await new Promise((resolve) => setTimeout(resolve, 50))
      for (const { ask } of [one, other]) {
        for (const second of [...recordings, '/heapsnapshot']) {
          const refused = await ask(second)
          expect([place, second, refused.status, refused.headers.get('retry-after')]).toEqual([place, second, 409, '1'])
          expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('one recording at a time') })
        }
      }
      expect([place, await status(first)]).toEqual([place, 200])
    }
  })

  test('at once: one is made, the others are refused (debug/21)', async () => {
    const { ask } = debugApp()
    const all = await Promise.all(Array.from({ length: 8 }, () => status(ask('/profile?seconds=0.1'))))
    expect(all.toSorted()).toEqual([200, 409, 409, 409, 409, 409, 409, 409])
  })

  test('stop when the client leaves, and the next one begins (debug/22) (debug/21)', async () => {
    const { app, ask, output } = debugApp()
    await using server = await serve(app.fetch)
    for (const place of ['/heap', '/flame', '/profile']) {
      output.clear()
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(`GET /debug${place}?seconds=50 HTTP/1.1\r\nHost: localhost\r\nX-Operator: ann\r\n\r\n`)
      await eventually(() => output.messages.includes(`debug: GET ${place.slice(1)}`), 'the recording has begun')
      expect(await status(ask('/profile?seconds=0.01'))).toBe(409)
      socket.destroy()
      const left = performance.now()
      let free = 409
      while (free === 409 && performance.now() - left < 5_000) {
        free = await status(ask('/profile?seconds=0.01'))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      expect([place, free]).toEqual([place, 200])
    }
  })

  test('stop with the signal of the exchange (debug/22)', async () => {
    const { app, ask } = debugApp()
    const stop = new AbortController()
    const asked = app.request('/debug/profile?seconds=50', { headers: operator, signal: stop.signal })
    await new Promise((resolve) => setTimeout(resolve, 50))
    stop.abort()
    expect(await status(asked)).toBe(503)
    expect(await status(ask('/profile?seconds=0.01'))).toBe(200)
  })

  test('of a page stop when its body is left (debug/22)', async () => {
    const { ask } = debugApp()
    const response = await ask('/flame?seconds=50')
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    let free = 409
    const begun = performance.now()
    while (free === 409 && performance.now() - begun < 5_000) free = await status(ask('/profile?seconds=0.01'))
    expect(free).toBe(200)
  })

  test('are bounded (debug/23) (debug/48)', async () => {
    const { ask } = debugApp({ maxSeconds: 2 })
    for (const place of recordings) {
      for (const seconds of ['0', '-1', '2.001', '60', '1e1', 'x', '', '1s', 'Infinity', '0x1', '00000001']) {
        const response = await ask(`${place}?seconds=${seconds}`)
        expect([place, seconds, response.status]).toEqual([place, seconds, 400])
        expect(await response.json()).toMatchObject({ detail: expect.stringContaining('up to 2.') })
      }
    }
    expect(await (await debugApp().ask('/profile?seconds=61')).json()).toMatchObject({
      detail: expect.stringContaining('up to 60.'),
    })
  })

  test('without a number last ten seconds, or the longest time (debug/23)', async () => {
    const { readSeconds } = await import('./read-seconds.ts')
    expect(readSeconds(new URLSearchParams(), 60)).toBe(10)
    const { ask } = debugApp({ maxSeconds: 1 })
    const begun = performance.now()
    expect(await status(ask('/profile'))).toBe(200)
    expect(performance.now() - begun).toBeGreaterThan(950)
  })

  test('of somebody else in the process are not disturbed (debug/26)', async () => {
    const other = new Session()
    other.connect()
    await other.post('Profiler.enable')
    await other.post('Profiler.start')
    const { ask } = debugApp()
    // Node has a profiler for each session, Bun has one.
    expect(await status(ask('/profile?seconds=0.01'))).toBe(isBun ? 501 : 200)
    const { profile } = await other.post('Profiler.stop')
    other.disconnect()
    expect(profile.nodes.length).toBeGreaterThan(0)
    expect(await status(ask('/profile?seconds=0.01'))).toBe(200)
  })

  test('outlive the idle timeout of Bun (debug/23)', async () => {
    const told: number[] = []
    const server = { requestIP: () => null, timeout: (_: Request, seconds: number) => void told.push(seconds) }
    const watch = debug({ authorize: () => true, logger: { info: () => undefined, warn: () => undefined } })
    const app = new Hono().use(watch)
    await app.request('/debug/profile?seconds=0.01', {}, server)
    expect(told).toEqual([30.01])
  })
})
