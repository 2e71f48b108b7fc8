import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finished, run, type RunOptions } from './run.ts'
import { root } from './workspace.ts'

/** Runs the pinned pnpm: the one that runs this script, or else the one that `packageManager` names, through npx. */
export function pnpm(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const entry = process.env['npm_execpath']
  if (entry?.includes('pnpm') && /\.[cm]?js$/.test(entry)) return run(process.execPath, [entry, ...args], options)
  if (entry?.includes('pnpm')) return run(entry, args, options)
  return run('npx', ['-y', pinned(), ...args], options)
}

function pinned(): string {
  const { packageManager }: { packageManager: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return packageManager
}
