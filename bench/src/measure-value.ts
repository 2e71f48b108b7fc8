import { writeFileSync } from 'node:fs'
import { values } from './values.ts'

// One figure in one process: node measure-value.ts <name> <result file>
const [name = '', file = '/dev/stdout'] = process.argv.slice(2)
const value = await values[name]?.()
writeFileSync(file, JSON.stringify({ value }))
process.exit(0)
