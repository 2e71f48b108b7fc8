import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Visitor } from 'vite'
import { lineOf, parse } from './imports.ts'
import { runtimesOf, testPatterns } from './test-files.ts'
import { files, root } from './workspace.ts'

type Program = ReturnType<typeof parse>
type Body = Program['body'][number]

/** What a shared test may import from Vitest: what `bun test` has too. */
const sharedNames: readonly string[] = [
  'describe',
  'test',
  'expect',
  'beforeEach',
  'afterEach',
  'beforeAll',
  'afterAll',
  'vi',
]
const sharedVi: readonly string[] = ['fn', 'spyOn', 'useFakeTimers', 'useRealTimers', 'advanceTimersByTime']
const hooks: readonly string[] = ['beforeEach', 'afterEach', 'beforeAll', 'afterAll']

/** What is wrong with the tests of the repository, by the rules that keep one file true on both runtimes. */
export function testRuleProblems(): string[] {
  return files(...testPatterns).flatMap((file) => testProblems(file, readFileSync(join(root, file), 'utf8')))
}

/** What is wrong with one test file. */
export function testProblems(file: string, source: string): string[] {
  const shared = runtimesOf(file).length > 1
  const problems: string[] = []
  const report = (node: { readonly start: number }, text: string): void => {
    problems.push(`${file}:${lineOf(source, node.start)} ${text}`)
  }
  new Visitor({
    ImportDeclaration(node) {
      if (node.source.value !== 'vitest' || !shared) return
      for (const specifier of node.specifiers) {
        const imported = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : '*'
        if (!sharedNames.includes(imported)) report(specifier, `imports ${imported} from vitest, which Bun lacks`)
      }
    },
    MemberExpression(node) {
      const object = node.object.type === 'Identifier' ? node.object.name : ''
      const property = node.property.type === 'Identifier' ? node.property.name : ''
      if (shared && object === 'vi' && !sharedVi.includes(property))
        report(node, `uses vi.${property}, which Bun lacks`)
      if (['test', 'describe'].includes(object) && ['only', 'skip', 'todo', 'fails'].includes(property)) {
        report(node, `has ${object}.${property}`)
      }
    },
    CallExpression(node) {
      const callee = node.callee.type === 'Identifier' ? node.callee.name : ''
      const callback = node.arguments.find(
        (each) => each.type === 'ArrowFunctionExpression' || each.type === 'FunctionExpression',
      )
      if (callback?.type !== 'ArrowFunctionExpression' && callback?.type !== 'FunctionExpression') return
      if (callee === 'test' && callback.params.length > 0) {
        report(callback, 'has a test with a parameter: Bun would wait for `done`')
      }
      if (hooks.includes(callee) && returnsValue(callback.body)) {
        report(callback, `returns something from ${callee}: Bun never calls it`)
      }
    },
  }).visit(parse(file, source))
  return problems
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value)
}

/** An expression body may be the promise of a call; a function that it makes, or anything returned, is a cleanup. */
function returnsValue(body: Body | { readonly type: string } | null): boolean {
  if (body === null) return false
  if (body.type !== 'BlockStatement' || !('body' in body) || !Array.isArray(body.body)) {
    return ['ArrowFunctionExpression', 'FunctionExpression'].includes(body.type)
  }
  return body.body.some(
    (statement) => 'argument' in statement && statement.type === 'ReturnStatement' && statement.argument !== null,
  )
}
