import { resolve } from 'node:path'
import type { Environment } from './config-options.ts'
import { readEnvFile } from './read-env-file.ts'

/** The variables that Bun took from `.env` files into the environment, with the file that each came from. */
export type BunEnv = ReadonlyMap<string, { readonly text: string; readonly path: string }>

/**
 * What Bun has loaded by itself: what its files say, where the environment says the same. Bun tells nobody, and the
 * environment wins over its files, so equality is the sign.
 */
export function bunEnv(env: Environment): BunEnv {
  const loaded = new Map<string, { text: string; path: string }>()
  if (!('Bun' in globalThis) || env !== process.env) return loaded
  for (const path of bunFiles(env['NODE_ENV']).toReversed()) {
    for (const [name, text] of readEnvFile(path).values) loaded.set(name, { text, path })
  }
  return new Map([...loaded].filter(([name, { text }]) => env[name] === text))
}

/** The files that Bun reads at its start, highest first. Every mode but production and test is development to it. */
function bunFiles(nodeEnv: string | undefined): readonly string[] {
  const mode = nodeEnv === 'production' || nodeEnv === 'test' ? nodeEnv : 'development'
  const local = mode === 'test' ? [] : ['.env.local']
  return [`.env.${mode}.local`, ...local, `.env.${mode}`, '.env'].map((name) => resolve(name))
}
