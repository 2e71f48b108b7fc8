import { stripVTControlCharacters } from 'node:util'

/** A line that tells somebody at a terminal how far a test runner is; elsewhere nothing. */
export interface Progress {
  /** Takes a piece of the runner's output. */
  readonly read: (text: string) => void
  /** Removes the line. */
  readonly clear: () => void
}

/** Counts the files of which a runner has spoken. */
export function createProgress(title: string, files: readonly string[]): Progress {
  const terminal = process.stdout.isTTY
  const all = new Set(files)
  const seen = new Set<string>()
  const show = (): void => {
    process.stdout.write(`\r\u001B[K  ${title}: ${seen.size} of ${all.size} files`)
  }
  if (terminal) show()
  return {
    read(text) {
      if (!terminal) return
      const before = seen.size
      for (const [file] of stripVTControlCharacters(text).matchAll(/[\w./-]+\.test\.ts/g))
        if (all.has(file)) seen.add(file)
      if (seen.size > before) show()
    },
    clear() {
      if (terminal) process.stdout.write('\r\u001B[K')
    },
  }
}
