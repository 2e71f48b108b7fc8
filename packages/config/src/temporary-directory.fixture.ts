import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A directory with files in it that goes away with `using`. */
export interface TemporaryDirectory {
  readonly path: string
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string
  [Symbol.dispose](): void
}

/** Makes a directory with the given files. */
export function temporaryDirectory(files: Readonly<Record<string, string>> = {}): TemporaryDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-config-')))
  const directory: TemporaryDirectory = {
    path,
    write: (name, content) => {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
  for (const [name, content] of Object.entries(files)) directory.write(name, content)
  return directory
}
