#!/usr/bin/env node
import { cli } from './cli.ts'

const { status, stdout, stderr } = await cli(process.argv.slice(2))
// The module with the specification may have left something open: the process ends once everything is written.
process.stdout.write(stdout, () => process.stderr.write(stderr, () => process.exit(status)))
