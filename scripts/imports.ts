import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync, Visitor } from 'vite'

/** One module that a file asks for. */
export interface Import {
  readonly specifier: string
  readonly line: number
}

/** Everything that a module imports or re-exports, types and dynamic imports with a literal included. */
export function importsOf(file: string, source: string = readFileSync(file, 'utf8')): Import[] {
  const found: Import[] = []
  const add = (node: { readonly value: unknown; readonly start: number } | null): void => {
    if (typeof node?.value === 'string') found.push({ specifier: node.value, line: lineOf(source, node.start) })
  }
  const literal = (node: { readonly type: string; readonly start: number; readonly value?: unknown }): void => {
    if (node.type === 'Literal') add({ value: node.value, start: node.start })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => literal(node.source),
    TSImportType: (node) => literal(node.source),
  }).visit(parse(file, source))
  return found
}

/** Parses a module, and throws when it is not one. */
export function parse(file: string, source: string): ReturnType<typeof parseSync>['program'] {
  const { program, errors } = parseSync(file, source)
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`)
  return program
}

/** The file and all files that it reaches through relative imports. */
export function reachableFrom(entry: string): string[] {
  const reached = new Set<string>([entry])
  for (const file of reached) {
    for (const { specifier } of importsOf(file))
      if (specifier.startsWith('.')) reached.add(join(dirname(file), specifier))
  }
  return [...reached]
}

/** The number of the line of an offset. */
export function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}
