import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import type { Consumer } from './consumer.ts'

/** Packages whose public types name types of Node, because their subject is Node. */
const needNodeTypes: readonly string[] = []

/**
 * Type-checks the packed declarations for users of Fetch: with the DOM's types and without Node's.
 *
 * @returns What the compiler says of our own declarations; what it says of other packages' is theirs.
 */
export async function declarationProblems(consumer: Consumer, specifiers: readonly string[]): Promise<string[]> {
  const fetchOnly = specifiers.filter((specifier) => !needNodeTypes.some((name) => specifier.startsWith(name)))
  const file = 'declarations.ts'
  const imports = fetchOnly.map(
    (specifier, index) => `import * as export${index} from '${specifier}'\nvoid export${index}\n`,
  )
  writeFileSync(join(consumer.folder, file), imports.join(''))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
  }
  writeFileSync(join(consumer.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const { code, output } = await run('tsc', ['-p', consumer.folder, '--pretty', 'false'])
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line))
  if (code !== 0 && errors.length === 0) return [output]
  return errors.filter((line) => line.includes(file) || /@seaworthy[/+]/.test(line.slice(0, line.indexOf('error TS'))))
}
