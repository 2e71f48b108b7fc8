import { writeFileSync } from 'node:fs'
import { example } from '@seaworthy/config'
import * as inventory from './inventory/config.ts'
import * as orders from './orders/config.ts'

/** The text of `.env.example`. */
export function envExample(): string {
  return [orders, inventory].map(({ spec, prefix }) => example(spec, { prefix })).join('\n')
}

if (import.meta.main) writeFileSync(new URL('../.env.example', import.meta.url), envExample())
