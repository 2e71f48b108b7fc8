import { exchange, type HonoContext } from '@seaworthy/middleware'
import { shopProblem } from '../shared/shop-problem.ts'
import type { InventoryClient } from './inventory-client.ts'

/** What the shop sells, for everybody: how much there is of it is the shop's own business. */
export function catalogue(inventory: InventoryClient) {
  return async (c: HonoContext): Promise<Response> => {
    const articles = await inventory.list(exchange(c).signal)
    if (!articles)
      return shopProblem(c, { status: 503, code: 'inventory_unavailable', headers: { 'retry-after': '2' } })
    const shown = articles.map(({ sku, name, available }) => ({ sku, name, available: available > 0 }))
    return Response.json({ articles: shown }, { headers: { 'cache-control': 'public, max-age=5' } })
  }
}
