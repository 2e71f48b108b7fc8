import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import { root } from '../workspace.ts'

const day = 86_400_000

/**
 * A Node of another version than the pinned one. npm has its binaries as packages; they are kept under
 * `node_modules/.cache/` between runs.
 *
 * @param version An exact version; or a major one, for its latest, which is looked up again after a day.
 * @returns The path of the binary.
 * @throws {Error} With what npm says, when it fails.
 */
export async function nodeBinary(version: string): Promise<string> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(root, 'node_modules', '.cache', 'seaworthy', `node-${version}`)
  const binary = join(folder, 'node_modules', name, 'bin', 'node')
  if (isFresh(binary, version)) return binary
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const { code, output } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${version}`],
    { cwd: folder },
  )
  if (code !== 0 || !existsSync(binary)) throw new Error(`npm install ${name}@${version}\n${output}`)
  return binary
}

function isFresh(binary: string, version: string): boolean {
  if (!existsSync(binary)) return false
  return /^\d+\.\d+\.\d+$/.test(version) || Date.now() - statSync(binary).ctimeMs < day
}
