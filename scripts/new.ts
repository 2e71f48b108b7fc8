import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { floors } from './floors.ts'
import { scaffold, smokeRun } from './scaffold.ts'
import { root } from './workspace.ts'

const usage = `pnpm new <name> "<one sentence>"

Makes packages/<name> in the common shape, after packages/health.`

const [name, description] = process.argv.slice(2)

if (name === undefined || description === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.log(usage)
  process.exitCode = name === '--help' ? 0 : 1
} else if (existsSync(join(root, 'packages', name))) {
  console.log(`packages/${name} is already there`)
  process.exitCode = 1
} else {
  create(name, description)
}

function create(name: string, description: string): void {
  const folder = join(root, 'packages', name)
  const model = join(root, 'packages', 'health')
  const manifest: unknown = JSON.parse(readFileSync(join(model, 'package.json'), 'utf8'))
  mkdirSync(join(folder, 'src'), { recursive: true })
  for (const [file, content] of scaffold(name, description, manifest)) writeFileSync(join(folder, file), content)
  for (const file of ['LICENSE', 'tsconfig.json']) copyFileSync(join(model, file), join(folder, file))
  const smoke = join('test', 'packaging', 'smoke', `${name}.mjs`)
  writeFileSync(join(root, smoke), smokeRun(name))

  console.log(`packages/${name} is made, and ${smoke}. What remains:`)
  if (floors[name] === undefined) console.log(`- give ${name} a floor in scripts/floors.ts`)
  console.log('- pnpm install, then pnpm format')
  console.log(`- write the contract in packages/${name}/PROMISES.md, then the tests that carry its numbers`)
  console.log(`- pnpm test ${name}`)
}
