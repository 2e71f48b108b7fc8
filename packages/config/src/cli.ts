import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { example, type DocumentOptions } from './example.ts'
import type { Spec } from './group.ts'
import { table } from './table.ts'

const usage = `Usage:
  seaworthy-config check <module> [--file .env.example]      exits with 1 when the file is out of date
  seaworthy-config example <module> [--write] [--file …]     prints the file, or writes it
  seaworthy-config table <module>                            prints a Markdown table

<module> is a file that exports the specification as "spec" and, if there is one, the prefix as "prefix":
  export const prefix = 'APP_'
  export const spec = { … }`

/** What a command has to say, and the status the process ends with. */
export interface CliResult {
  /** 0: all is well. 1: the file is out of date. 2: the command could not do its work. */
  readonly status: 0 | 1 | 2
  readonly stdout: string
  readonly stderr: string
}

interface Command {
  readonly name: string
  readonly module: string
  readonly file: string
  readonly write: boolean
}

interface SpecModule extends DocumentOptions {
  readonly spec: Spec
}

/** Runs one command line of `seaworthy-config`, without the name of the program. */
export async function cli(args: readonly string[]): Promise<CliResult> {
  if (args.includes('--help') || args.includes('-h')) return { status: 0, stdout: `${usage}\n`, stderr: '' }
  try {
    const command = parse(args)
    if (!command) return { status: 2, stdout: '', stderr: `${usage}\n` }
    const { spec, ...options } = await load(command.module)
    if (command.name === 'table') return { status: 0, stdout: table(spec, options), stderr: '' }
    const text = example(spec, options)
    return command.name === 'check' ? check(command, text) : show(command, text)
  } catch (error) {
    return {
      status: 2,
      stdout: '',
      stderr: `seaworthy-config: ${error instanceof Error ? error.message : String(error)}\n`,
    }
  }
}

function parse(args: readonly string[]): Command | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { file: { type: 'string', default: '.env.example' }, write: { type: 'boolean', default: false } },
  })
  const [name = '', module, ...more] = positionals
  if (!['check', 'example', 'table'].includes(name) || module === undefined || more.length > 0) return undefined
  return { name, module, file: values.file, write: values.write }
}

async function load(module: string): Promise<SpecModule> {
  const loaded: object = await import(pathToFileURL(resolve(module)).href).catch((error: unknown) => {
    const needsRuntime = error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'
    if (needsRuntime)
      throw new Error(`this Node cannot import ${module}: use Node 22.18 or later, Bun, or its compiled form.`)
    throw error
  })
  if (!('spec' in loaded) || !isSpec(loaded.spec)) throw new Error(`${module} does not export "spec".\n\n${usage}`)
  const prefix = 'prefix' in loaded ? loaded.prefix : undefined
  return { spec: loaded.spec, ...(typeof prefix === 'string' && { prefix }) }
}

function check({ module, file }: Command, text: string): CliResult {
  const present = readExisting(file)
  if (present === text) return { status: 0, stdout: `${file} is up to date.\n`, stderr: '' }
  const cure = `Write it anew: seaworthy-config example ${module} --write${file === '.env.example' ? '' : ` --file ${file}`}`
  const what =
    present === undefined ? `${file} does not exist.` : `${file} is out of date:\n${difference(present, text)}`
  return { status: 1, stdout: '', stderr: `${what}\n${cure}\n` }
}

function show({ file, write }: Command, text: string): CliResult {
  if (!write) return { status: 0, stdout: text, stderr: '' }
  writeFileSync(file, text)
  return { status: 0, stdout: `Wrote ${file}.\n`, stderr: '' }
}

/** The file with plain line ends: a checkout on Windows may have turned them. */
function readExisting(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The lines that only one of the two texts has, at most twenty of each. */
function difference(before: string, after: string): string {
  const only = (lines: string, others: string, mark: string) =>
    lines
      .split('\n')
      .filter((line) => line !== '' && !others.split('\n').includes(line))
      .slice(0, 20)
      .map((line) => `  ${mark} ${line}`)
  const changes = [...only(before, after, '-'), ...only(after, before, '+')]
  return changes.length > 0 ? changes.join('\n') : '  (the same lines in another order)'
}

/** Whether it can be one; what is wrong inside it is told when it is walked through. */
function isSpec(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null
}
