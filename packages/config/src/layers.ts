import { resolve } from 'node:path'
import type { BunEnv } from './bun-env.ts'
import type { Problem } from './config-error.ts'
import type { Settings } from './config-options.ts'
import { readEnvFile } from './read-env-file.ts'

/** One place where variables are looked for. */
export interface Layer {
  readonly source: 'environment' | 'dotenv'
  /** What people call it: `the environment`, `.env.local`. */
  readonly label: string
  /** The variables that are set; an empty one is not. */
  readonly values: ReadonlyMap<string, string>
}

/** The layers, highest first, and the files that could not be read. */
export interface Layers {
  readonly layers: readonly Layer[]
  readonly problems: readonly Problem[]
}

/**
 * Reads the environment and the `.env` files afresh.
 *
 * @param bun - What Bun put into the environment by itself. Where one of our files says it too, that file has its own
 *   place in the order; the rest comes last.
 */
export function openLayers({ env, files, filesRequired, directory }: Settings, bun: BunEnv): Layers {
  const paths = files.map((file) => resolve(directory, file))
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const own = set.filter(([name, text]) => bun.get(name)?.text !== text)
  const byBun = set.filter(([name, text]) => {
    const loaded = bun.get(name)
    return loaded?.text === text && !paths.includes(loaded.path)
  })
  const opened = paths.map((path, index) => ({ label: files[index] ?? path, ...readEnvFile(path) }))
  return {
    layers: [
      { source: 'environment', label: 'the environment', values: new Map(own) },
      ...opened.map(({ label, values }) => ({ source: 'dotenv' as const, label, values: withoutEmpty(values) })),
      ...(byBun.length > 0
        ? [{ source: 'environment' as const, label: 'what Bun loaded', values: new Map(byBun) }]
        : []),
    ],
    problems: opened.flatMap(({ label, reason, missing }) =>
      reason === undefined || (missing && !filesRequired) ? [] : [{ variable: label, message: reason }],
    ),
  }
}

function withoutEmpty(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([, text]) => text !== ''))
}
