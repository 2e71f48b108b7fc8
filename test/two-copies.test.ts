import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pnpm } from '../scripts/pnpm.ts'
import { run } from '../scripts/run.ts'

const root = join(import.meta.dirname, '..')
const source = join(root, 'packages/middleware')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-copies-')))
const copies = ['0.1.0', '0.1.9', '0.2.0'] as const

/** Installs the packed package as one version of a dependency: `node_modules/<name>/node_modules/@seaworthy/middleware`. */
function install(
  tarball: string,
  name: string,
  version: string,
  change: (code: string) => string = (code) => code,
): void {
  const target = join(folder, 'node_modules', name, 'node_modules/@seaworthy/middleware')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  const edit = (file: string, with_: (text: string) => string): void =>
    writeFileSync(join(target, file), with_(readFileSync(join(target, file), 'utf8')))
  edit('package.json', (text) => JSON.stringify({ ...JSON.parse(text), version }))
  edit('dist/version.js', (text) => text.replace(/'[^']+'/, `'${version}'`))
  edit('dist/core.js', change)
  writeFileSync(join(folder, 'node_modules', name, 'index.js'), `export * from '@seaworthy/middleware'\n`)
  writeFileSync(
    join(folder, 'node_modules', name, 'package.json'),
    JSON.stringify({ name, type: 'module', main: './index.js' }),
  )
}

/** Runs a program on the runtime that runs this test. */
async function runs(program: string): Promise<unknown> {
  writeFileSync(join(folder, 'program.mjs'), program)
  const { code, output } = await run(process.execPath, [join(folder, 'program.mjs')])
  if (code !== 0) throw new Error(output)
  return JSON.parse(output)
}

beforeAll(async () => {
  const built = await run('tsc', ['-b', source])
  if (built.code !== 0) throw new Error(built.output)
  const packed = await pnpm(['pack', '--pack-destination', folder, '--json'], { cwd: source })
  if (packed.code !== 0) throw new Error(packed.output)
  const [{ filename }]: [{ filename: string }] = [JSON.parse(packed.output.slice(packed.output.indexOf('{')))]
  install(filename, 'first', copies[0])
  install(filename, 'second', copies[1])
  install(filename, 'incompatible', copies[2], (code) => code.replace('const protocol = 1', 'const protocol = 2'))
  symlinkSync(realpathSync(join(root, 'node_modules/hono')), join(folder, 'node_modules/hono'))
  symlinkSync(realpathSync(join(source, 'node_modules/ipaddr.js')), join(folder, 'node_modules/ipaddr.js'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('two installed copies of different versions share one exchange (middleware/9)', async () => {
  const answer = await runs(`
    import { Hono } from 'hono'
    import * as a from 'first'
    import * as b from 'second'
    const seen = []
    const observe = (copy, name) => copy.middleware({
      name,
      before(x) { seen.push(x); x.set(copy.key(name), name) },
      after() { calls.push(name + ' after') },
      settled() { calls.push(name + ' settled') },
    })
    const calls = []
    const app = new Hono().use(a.requestId(), observe(a, 'a'), observe(b, 'b'), b.stack(observe(a, 'c'), observe(b, 'd')))
    app.get('/x/:id', (c) => {
      seen.push(a.exchange(c), b.exchange(c), a.currentExchange(), b.currentExchange())
      return c.json({ id: b.exchange(c).requestId, route: a.exchange(c).route, across: b.exchange(c).get(b.key('a')) })
    })
    const response = await app.request('/x/1')
    const fetched = await b.handler(observe(b, 'e'), a.handler(observe(a, 'f'), () => Response.json(1)))(new Request('http://localhost/'))
    console.log(JSON.stringify({
      distinct: new Set(seen.slice(0, 8)).size,
      fetched: new Set(seen.slice(8)).size + '/' + seen.slice(8).length,
      same: response.headers.get('x-request-id') === (await response.clone().json()).id,
      body: await response.json(),
      calls,
      recognised: b.isSeaworthyError(new a.SeaworthyError('ERR_X', '')),
      different: a.middleware !== b.middleware,
    }))
  `)
  expect(answer).toMatchObject({ distinct: 1, fetched: '1/2', same: true, recognised: true, different: true })
  expect(answer).toMatchObject({ body: { route: '/x/:id', across: 'a' } })
  expect(answer).toMatchObject({
    calls: [
      ...['d after', 'c after', 'b after', 'a after', 'd settled', 'c settled', 'b settled', 'a settled'],
      ...['f after', 'e after', 'f settled', 'e settled'],
    ],
  })
})

test('an incompatible copy throws ERR_TWO_CORES, naming both versions (middleware/9)', async () => {
  const answer = await runs(`
    import * as a from 'first'
    import * as c from 'incompatible'
    a.requestId()
    try {
      c.requestId()
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message }))
    }
  `)
  expect(answer).toMatchObject({ code: 'ERR_TWO_CORES' })
  expect(answer).toMatchObject({ message: expect.stringMatching(/0\.2\.0.*0\.1\.0/) })
})

test('the version that a copy tells is the one of its package (middleware/9)', async () => {
  const { version } = await import('../packages/middleware/src/version.ts')
  expect(version).toBe(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).version)
})
