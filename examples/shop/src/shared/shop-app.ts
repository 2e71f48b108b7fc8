import type { Policy } from '@seaworthy/security'
import type { Hono } from 'hono'

/** An application of the shop, and the policy of its routes. */
export interface ShopApp {
  readonly app: Hono
  readonly policy: Policy<unknown>
}
