import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Visitor } from 'vite'
import { lineOf, parse } from './imports.ts'
import { runtimesOf, testPatterns } from './test-files.ts'
import { files, root } from './workspace.ts'

/** A node of a syntax tree, as far as the rules look at it. */
interface Node {
  readonly type: string
  readonly start: number
}

/** What a shared test may import from Vitest: what `bun test` answers to as well. */
const sharedNames = ['describe', 'test', 'expect', 'beforeEach', 'afterEach', 'beforeAll', 'afterAll', 'vi']
const sharedVi = ['fn', 'spyOn', 'useFakeTimers', 'useRealTimers', 'advanceTimersByTime']
const hooks = ['beforeEach', 'afterEach', 'beforeAll', 'afterAll']
const exceptional = ['only', 'skip', 'todo', 'fails', 'failing']

/** What is wrong with the tests of the repository, by the rules that keep one file true on both runtimes. */
export function testRuleProblems(): string[] {
  return files(...testPatterns).flatMap((file) => testProblems(file, readFileSync(join(root, file), 'utf8')))
}

/** What is wrong with one test file. */
export function testProblems(file: string, source: string): string[] {
  const shared = runtimesOf(file).length > 1
  const problems: string[] = []
  const report = (node: Node, text: string): void => {
    problems.push(`${file}:${lineOf(source, node.start)} ${text}`)
  }
  new Visitor({
    ImportDeclaration(node) {
      if (node.source.value !== 'vitest' || !shared) return
      for (const specifier of node.specifiers) {
        const name =
          specifier.type === 'ImportSpecifier' ? source.slice(specifier.imported.start, specifier.imported.end) : '*'
        if (!sharedNames.includes(name)) report(specifier, `imports ${name} from vitest, which Bun lacks`)
      }
    },
    MemberExpression(node) {
      const [name = '', property = ''] = chainOf(node)
      if (node.object.type !== 'Identifier') return
      if (shared && name === 'vi' && !sharedVi.includes(property)) report(node, `uses vi.${property}, which Bun lacks`)
      if (name === 'test' || name === 'describe') {
        const bad = chainOf(node).find((part) => exceptional.includes(part))
        if (bad !== undefined) report(node, `has ${name}.${bad}`)
      }
    },
    CallExpression(node) {
      const [name = '', ...modifiers] = chainOf(node.callee)
      const callback = node.arguments.findLast(isFunction)
      if (!callback) return
      if (name === 'test' && !modifiers.includes('each') && callback.params.length > 0) {
        report(callback, 'has a test with a parameter: Bun would wait for `done`')
      }
      if (hooks.includes(name) && callback.body && returnsCleanup(callback.body)) {
        report(callback, `returns something from ${name}: Bun never calls it`)
      }
    },
  }).visit(parse(file, source))
  return problems
}

/** The names of `test.skipIf(…).each(…)`: `test`, `skipIf`, `each`. Empty when it does not begin with a name. */
function chainOf(node: Node): string[] {
  if (hasKey(node, 'callee')) return isNode(node.callee) ? chainOf(node.callee) : []
  if (hasKey(node, 'object') && hasKey(node, 'property') && isNode(node.object) && isNode(node.property)) {
    const chain = chainOf(node.object)
    return chain.length === 0 ? [] : [...chain, nameOf(node.property)]
  }
  return node.type === 'Identifier' ? [nameOf(node)] : []
}

function nameOf(node: Node): string {
  if (hasKey(node, 'name')) return String(node.name)
  return hasKey(node, 'value') ? String(node.value) : ''
}

/** `() => call()` is how a hook waits for a promise; a function as the result, or a `return` with a value, is a cleanup. */
function returnsCleanup(body: Node): boolean {
  return body.type === 'BlockStatement' ? hasReturn(body) : isFunction(body)
}

function hasReturn(node: Node): boolean {
  if (isFunction(node)) return false
  if (node.type === 'ReturnStatement') return hasKey(node, 'argument') && node.argument !== null
  return Object.values(node).some((value: unknown) =>
    (Array.isArray(value) ? value : [value]).some((each) => isNode(each) && hasReturn(each)),
  )
}

function isFunction<T extends Node>(node: T): node is Extract<T, { readonly params: unknown }> {
  return ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'].includes(node.type)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && hasKey(value, 'type') && typeof value.type === 'string'
}

function hasKey<Key extends string>(value: object, key: Key): value is Record<Key, unknown> {
  return key in value
}
