/** What a new package begins with: a small real middleware, its promise, and the test that shows it. */
export function scaffold(name: string, description: string, model: unknown): Map<string, string> {
  const words = wordsOf(name)
  return new Map([
    ['package.json', `${JSON.stringify(manifest(words, description, model), null, 2)}\n`],
    ['README.md', readme(words, description)],
    ['PROMISES.md', promises(words)],
    ['src/index.ts', index(words)],
    [`src/${name}.ts`, source(words)],
    [`src/${name}-error.ts`, error(words)],
    [`src/${name}.test.ts`, test(words)],
  ])
}

/** The small real use of a new package that is run from its tarball. */
export function smokeRun(name: string): string {
  const { camel } = wordsOf(name)
  return `import { handler } from '@seaworthy/middleware'
import { ${camel} } from '@seaworthy/${name}'

const fetch = handler(${camel}(), () => new Response('hello'))
const response = await fetch(new Request('http://localhost/'))
if (response.headers.get('x-${name}') !== 'yes') throw new Error('no header')
console.log('ok')
`
}

/** `rate-limit` becomes `RateLimit`. */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

interface Words {
  readonly name: string
  readonly camel: string
  readonly pascal: string
  readonly code: string
}

function wordsOf(name: string): Words {
  const pascal = pascalCase(name)
  const camel = pascal.replace(/^./, (first) => first.toLowerCase())
  return { name, camel, pascal, code: `ERR_${name.toUpperCase().replaceAll('-', '_')}` }
}

function manifest({ name }: Words, description: string, model: unknown): object {
  return {
    ...(typeof model === 'object' ? model : {}),
    name: `@seaworthy/${name}`,
    version: '0.0.0',
    description,
    keywords: [name],
    repository: {
      type: 'git',
      url: 'git+https://github.com/seaworthy-js/seaworthy.git',
      directory: `packages/${name}`,
    },
    exports: { '.': './src/index.ts' },
    publishConfig: {
      access: 'public',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    },
    dependencies: { '@seaworthy/middleware': 'workspace:^' },
    devDependencies: { hono: 'catalog:' },
    peerDependencies: undefined,
    peerDependenciesMeta: undefined,
  }
}

function index({ name, camel, pascal }: Words): string {
  return `export { ${camel}, type ${pascal}Options } from './${name}.ts'
export { ${pascal}Error, type ${pascal}ErrorCode } from './${name}-error.ts'
`
}

function source({ name, camel, pascal, code }: Words): string {
  return `import { middleware, type Middleware } from '@seaworthy/middleware'
import { ${pascal}Error } from './${name}-error.ts'

/** Options of {@link ${camel}}. */
export interface ${pascal}Options {
  /** The value of the header that every response gets. @default 'yes' */
  readonly value?: string
}

/**
 * Adds the header \`x-${name}\` to every response.
 *
 * @throws {${pascal}Error} \`${code}_VALUE\` when the value is empty.
 */
export function ${camel}(options: ${pascal}Options = {}): Middleware {
  const { value = 'yes' } = options
  if (value === '') throw new ${pascal}Error('${code}_VALUE', "value is empty: leave it out, or write value: 'yes'")
  return middleware({ name: '${camel}', after: (x) => x.setHeader('x-${name}', value) })
}
`
}

function error({ pascal, code }: Words): string {
  return `import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type ${pascal}ErrorCode = '${code}_VALUE'

/** The error of this package. Branch on its \`code\`. */
export class ${pascal}Error extends SeaworthyError<${pascal}ErrorCode> {}
`
}

function test({ name, camel, pascal, code }: Words): string {
  return `import { handler } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { ${camel}, ${pascal}Error } from './index.ts'

test('adds its header under Hono (${name}/1)', async () => {
  const app = new Hono().use(${camel}()).get('/', (c) => c.text('hello'))
  expect((await app.request('/')).headers.get('x-${name}')).toBe('yes')
})

test('adds its header to a Fetch handler (${name}/1)', async () => {
  const fetch = handler(${camel}({ value: 'sure' }), () => new Response('hello'))
  expect((await fetch(new Request('http://localhost/'))).headers.get('x-${name}')).toBe('sure')
})

test('refuses an empty value at construction (${name}/2)', () => {
  expect(() => ${camel}({ value: '' })).toThrow(${pascal}Error)
  expect(() => ${camel}({ value: '' })).toThrow(expect.objectContaining({ code: '${code}_VALUE' }))
})
`
}

function promises({ name }: Words): string {
  return `# What @seaworthy/${name} promises

Every promise is a test: its number stands in the title of each test that shows it, as \`(${name}/1)\`. \`pnpm promises\` prints the result on each runtime.

## The header

1. Every response carries \`x-${name}\`, under Hono and in a plain Fetch handler.
2. An empty value is refused at construction, with a message that says what to write instead.

## Limits

- None is known.
`
}

function readme({ name, camel, code }: Words, description: string): string {
  return `# @seaworthy/${name}

${description}

Every promise is a test: see [PROMISES.md](PROMISES.md).

## Install

\`\`\`sh
npm install @seaworthy/${name}
\`\`\`

## Use

With Hono:

\`\`\`ts
import { ${camel} } from '@seaworthy/${name}'
import { Hono } from 'hono'

export const app = new Hono().use(${camel}()).get('/', (c) => c.text('hello'))
\`\`\`

With plain Fetch:

\`\`\`ts
import { handler } from '@seaworthy/middleware'
import { ${camel} } from '@seaworthy/${name}'

export const fetch = handler(${camel}(), () => new Response('hello'))
\`\`\`

## Options

| Option | Type | Default | Meaning |
| --- | --- | --- | --- |
| \`value\` | \`string\` | \`'yes'\` | The value of the header. |

## Errors

| Code | When | Cure |
| --- | --- | --- |
| \`${code}_VALUE\` | The value is empty. | Leave it out, or give one. |

## Limits

None is known.

## Runtimes

Node 22.15 and later, and Bun.

## Moving from

Nothing else does this.

## Testing

Use \`app.request()\` of Hono, or call the handler.

## Compared with

Nothing else does this.

## License

MIT
`
}
