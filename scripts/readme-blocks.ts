import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './run.ts'
import { resultsFolder } from './tally.ts'
import { files, packages, root } from './workspace.ts'

/** One block of TypeScript in a page. */
export interface Block {
  /** The line of its first code line, counted from 1. */
  readonly line: number
  readonly code: string
}

/** The `ts` blocks of a page, in order. A fence that is never closed, or has more than `ts` after it, throws. */
export function tsBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; line: number; code: string[]; info: string } | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text)
    if (open) {
      if (fence && fence[2] === '' && fence[1]?.startsWith(open.fence)) {
        if (open.info === 'ts') blocks.push({ line: open.line, code: open.code.join('\n') })
        open = undefined
      } else open.code.push(text)
    } else if (fence) {
      const info = fence[2] ?? ''
      if (/^(ts\W|tsx|typescript)/.test(info)) throw new Error(`line ${index + 1}: write \`\`\`ts, not \`\`\`${info}`)
      open = { fence: fence[1] ?? '', line: index + 2, code: [], info }
    }
  }
  if (open) throw new Error(`line ${open.line - 1}: this fence is never closed`)
  return blocks
}

/**
 * The text of a module for a block, with its lines where the page has them, so that a compiler error names the line of
 * the page.
 */
export function moduleText(block: Block): string {
  return '\n'.repeat(block.line - 1) + block.code + '\nexport {}\n'
}

/** Compiles each block of each README on its own. Returns what the compiler says, with the page's names and lines. */
export async function readmeProblems(): Promise<string[]> {
  const folder = join(resultsFolder, 'readme')
  rmSync(folder, { recursive: true, force: true })
  linkPackages(folder)
  const pages = files('README.md', 'packages/*/README.md', 'examples/*/README.md')
  const written = pages.flatMap((page) => writeBlocks(folder, page))
  if (written.length === 0) return []
  const configs = [
    writeConfig(
      folder,
      'node',
      written.filter((block) => !block.bun),
    ),
    writeConfig(
      folder,
      'bun',
      written.filter((block) => block.bun),
    ),
  ]
  const outputs = await Promise.all(configs.filter((config) => config !== undefined).map(compile))
  return outputs.filter((output) => output !== '')
}

/** Every package of the workspace is resolvable from every block, as it would be for a reader who installed it. */
function linkPackages(folder: string): void {
  const scope = join(folder, 'node_modules', '@seaworthy')
  mkdirSync(scope, { recursive: true })
  for (const each of packages()) symlinkSync(each.folder, join(scope, each.name))
}

interface Written {
  readonly path: string
  readonly bun: boolean
}

function writeBlocks(folder: string, page: string): Written[] {
  const blocks = tsBlocksOf(page)
  if (blocks.length === 0) return []
  const target = join(folder, dirname(page))
  mkdirSync(target, { recursive: true })
  linkDependencies(join(root, dirname(page), 'node_modules'), join(target, 'node_modules'))
  return blocks.map((block) => {
    const path = join(target, `README.md-${block.line}.ts`)
    writeFileSync(path, moduleText(block))
    return { path, bun: /\bBun\.|from 'bun'/.test(block.code) }
  })
}

function tsBlocksOf(page: string): Block[] {
  try {
    return tsBlocks(readFileSync(join(root, page), 'utf8'))
  } catch (error) {
    throw new Error(page, { cause: error })
  }
}

/** What the package itself depends on is resolvable too. */
function linkDependencies(from: string, to: string): void {
  if (existsSync(from) && dirname(from) !== root) symlinkSync(from, to)
}

function writeConfig(folder: string, types: 'node' | 'bun', blocks: readonly Written[]): string | undefined {
  if (blocks.length === 0) return undefined
  const path = join(folder, `tsconfig.${types}.json`)
  const compilerOptions = {
    composite: false,
    declaration: false,
    isolatedDeclarations: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    moduleDetection: 'force',
    types: [types === 'node' ? 'node' : 'bun-types'],
  }
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions,
    files: blocks.map((block) => block.path),
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

async function compile(config: string): Promise<string> {
  const { code, output } = await run('tsc', ['-p', config, '--pretty', 'false'])
  if (code === 0) return ''
  return output.replaceAll(/^\S*\.results\/readme\/(\S*README\.md)-\d+\.ts\((\d+),(\d+)\)/gm, '$1:$2:$3')
}
