import { writeFileSync } from 'node:fs'
import { example } from '@seaworthy/config'
import * as inventory from './inventory/config.ts'
import * as orders from './orders/config.ts'
import { shopSettings } from './shared/shop-settings.ts'

/** The text of `.env.example`. */
export function envExample(): string {
  const services = [orders, inventory].map(({ ownSettings, prefix }) => example(ownSettings, { prefix }))
  return [example(shopSettings), ...services].join('\n')
}

if (import.meta.main) writeFileSync(new URL('../.env.example', import.meta.url), envExample())
