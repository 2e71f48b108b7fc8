import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { envExample } from './env-example.ts'

test('.env.example is what the configuration says; node src/env-example.ts writes it anew', () => {
  expect(readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8')).toBe(envExample())
})
