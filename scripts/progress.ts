import { stripVTControlCharacters } from 'node:util'

/** A line that tells somebody at a terminal how far a test runner is; elsewhere nothing. */
export interface Progress {
  /** Takes a piece of the runner's output. */
  readonly read: (text: string) => void
  /** Removes the line. */
  readonly clear: () => void
}

/** Counts the files of which a runner has spoken. */
export function createProgress(title: string, total: number): Progress {
  const terminal = process.stdout.isTTY
  const seen = new Set<string>()
  const show = (): void => {
    process.stdout.write(`\r\u001B[K  ${title}: ${seen.size} of ${total} files`)
  }
  if (terminal) show()
  return {
    read(text) {
      if (!terminal) return
      for (const [file] of stripVTControlCharacters(text).matchAll(/\S+\.test\.ts/g)) seen.add(file)
      show()
    },
    clear() {
      if (terminal) process.stdout.write('\r\u001B[K')
    },
  }
}
