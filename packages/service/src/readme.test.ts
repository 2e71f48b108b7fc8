import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..')
const source = readFileSync(join(folder, 'src', 'service.ts'), 'utf8')
const readme = readFileSync(join(folder, 'README.md'), 'utf8')

/** The one block that defines a function called service. */
function printed(): string {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  const [found = '', ...more] = blocks.filter((code) => code.includes('export async function service('))
  if (more.length > 0) throw new Error('The README prints it twice.')
  return found
}

test('the source has at most sixty lines, and stands whole in the README (service/30)', () => {
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  expect(Math.max(...source.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120)
  expect(printed()).toBe(source)
})

test('the printed file runs where it is pasted (service/31)', async () => {
  const pasted = mkdtempSync(join(folder, '.pasted-'))
  try {
    writeFileSync(join(pasted, 'service.ts'), printed())
    const { service }: typeof import('./service.ts') = await import(join(pasted, 'service.ts'))
    const svc = await service({ name: 'orders', version: '1.2.3', shutdown: false, log: false, telemetry: false })
    const answer = svc.handler(() => new Response('hello'))
    const ask = (path: string): Promise<Response> => Promise.resolve(answer(new Request(`http://localhost${path}`)))
    expect(await (await ask('/')).text()).toBe('hello')
    expect(await (await ask('/healthz')).json()).toMatchObject({ status: 'pass', version: '1.2.3' })
  } finally {
    rmSync(pasted, { recursive: true })
  }
})
