import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildPage } from '../packages/console/page/build.ts'
import { root } from './workspace.ts'

/** Bytes that the console's page may have, each file gzipped. */
const most = 150_000

/** Whether the built page that is committed is what its sources make, and is as small as was promised. */
export async function pageProblems(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-page-'))
  try {
    await buildPage(folder)
    const committed = filesOf(join(root, 'packages', 'console', 'assets'))
    const built = filesOf(folder)
    const names = [...new Set([...committed.keys(), ...built.keys()])].toSorted()
    const stale = names.filter((name) => committed.get(name) !== built.get(name))
    const size = [...built.values()].reduce((sum, content) => sum + gzipSync(content).byteLength, 0)
    return [
      ...stale.map((name) => `packages/console/assets/${name} is not what page/ makes: pnpm build:page`),
      ...(size > most ? [`the page has ${size} bytes, gzipped; ${most} are allowed`] : []),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesOf(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
