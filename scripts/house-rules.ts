import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseSync } from 'vite'
import { lineOf } from './imports.ts'
import { manifestProblems } from './manifest-rules.ts'
import { catalog, files, isPublished, packages, root } from './workspace.ts'

const longest = 350
const vague = ['utils', 'util', 'helpers', 'helper', 'types', 'shared', 'common', 'misc']

/** The sections of a package's README, in their order. What is optional may be missing; one per capability comes between. */
const sections: readonly { readonly title: string; readonly optional?: boolean }[] = [
  { title: 'Install' },
  { title: 'Use' },
  { title: 'Options' },
  { title: 'Errors' },
  { title: 'Security', optional: true },
  { title: 'Limits' },
  { title: 'Runtimes' },
  { title: 'Moving from' },
  { title: 'Testing' },
  { title: 'Compared with' },
  { title: 'License' },
]

/** Where the packages do not read as one. */
export function houseRuleProblems(): string[] {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const sources = files('packages/*/{src,page/src}/**/*.ts', 'packages/*/page/src/**/*.tsx').filter(isPublished)
  return [
    ...sources.flatMap((file) => sourceProblems(file, read(file))),
    ...files('packages/*/package.json').flatMap((file) => {
      const readme = file.replace('package.json', 'README.md')
      return files(readme).length === 0 ? [`${readme} is missing`] : readmeShapeProblems(readme, read(readme))
    }),
    ...packages().flatMap(({ name, manifest }) => manifestProblems(name, manifest, [...catalog().keys()])),
  ]
}

/** What is wrong with the form of one source file. */
export function sourceProblems(file: string, source: string): string[] {
  const problems: string[] = []
  const lines = source.trimEnd().split('\n').length
  const name = basename(file).replace(/\.tsx?$/, '')
  if (lines > longest) problems.push(`${file} has ${lines} lines: ${longest} are enough`)
  if (vague.includes(name)) problems.push(`${file}: name a file after its main export`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) problems.push(`${file}: file names are in kebab-case`)
  for (const match of source.matchAll(/\b(TODO|FIXME|XXX)\b/g)) {
    problems.push(`${file}:${lineOf(source, match.index)} has a ${match[0]}`)
  }
  const { program, comments } = parseSync(file, source)
  const documented = new Set(
    comments
      .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
      .map(({ end }) => nextCode(source, end)),
  )
  const exported = program.body.flatMap((node) =>
    node.type === 'ExportNamedDeclaration' && node.declaration
      ? [{ start: node.start, name: nameOf(source, node.declaration) }]
      : [],
  )
  const explained = new Set(exported.filter(({ start }) => documented.has(start)).map((each) => each.name))
  for (const each of exported) {
    if (!explained.has(each.name)) problems.push(`${file}:${lineOf(source, each.start)} ${each.name} has no docstring`)
    explained.add(each.name)
  }
  if (name === 'index' && program.body.some((node) => !isReexport(node)))
    problems.push(`${file}: an index only re-exports`)
  for (const start of assignedFunctions(program)) {
    problems.push(`${file}:${lineOf(source, start)} assigns a function where it stands: name it first (decision 018)`)
  }
  return problems
}

/** Where a function literal is the right side of an assignment to a property. */
function assignedFunctions(node: object): number[] {
  const inner = Object.values(node).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null ? assignedFunctions(value) : [],
  )
  return isAssignedFunction(node) ? [node.start, ...inner] : inner
}

function isAssignedFunction(node: object): node is { readonly start: number } {
  if (!('type' in node && node.type === 'AssignmentExpression' && 'left' in node && 'right' in node)) return false
  return typeOf(node.left) === 'MemberExpression' && typeOf(node.right).endsWith('FunctionExpression')
}

function typeOf(node: unknown): string {
  return typeof node === 'object' && node !== null && 'type' in node ? String(node.type) : ''
}

/** Whether a README has the sections that every README has, in their order. */
export function readmeShapeProblems(file: string, markdown: string): string[] {
  const text = markdown.replaceAll(/^(```+|~~~+)[\s\S]*?^\1\s*$/gm, '')
  const headings = [...text.matchAll(/^## (.+?)\s*$/gm)].map((match) => match[1] ?? '')
  const problems: string[] = []
  let last = -1
  for (const { title, optional } of sections) {
    const at = headings.indexOf(title)
    if (at === -1 && !optional) problems.push(`${file}: there is no ## ${title}`)
    if (at !== -1 && at < last) problems.push(`${file}: ## ${title} comes too early`)
    if (at !== -1) last = at
  }
  const [first] = text.trimStart().split('\n')
  const name = `# @seaworthy/${file.split('/')[1]}`
  if (first !== name) problems.push(`${file}: it begins with ${name}`)
  if (!text.includes('](PROMISES.md)')) problems.push(`${file}: it links to PROMISES.md`)
  return problems
}

function nextCode(source: string, offset: number): number {
  return offset + (/^\s*/.exec(source.slice(offset))?.[0].length ?? 0)
}

/** The first name that a declaration introduces. */
function nameOf(source: string, node: { readonly start: number; readonly end: number }): string {
  const text = source.slice(node.start, node.end)
  return (
    /^(?:declare\s+|abstract\s+|async\s+)*(?:function\*?|class|interface|type|const|let|enum)\s+([\w$]+)/.exec(
      text,
    )?.[1] ?? text.slice(0, 20)
  )
}

function isReexport(node: {
  readonly type: string
  readonly source?: unknown
  readonly declaration?: unknown
}): boolean {
  if (node.type === 'ExportAllDeclaration') return true
  return node.type === 'ExportNamedDeclaration' && !node.declaration
}
