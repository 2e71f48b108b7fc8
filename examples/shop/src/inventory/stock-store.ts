import type { Database } from '../shared/database.ts'
import { migrate } from '../shared/migrate.ts'

export interface Stock {
  readonly sku: string
  readonly name: string
  readonly available: number
}

export type Reservation = 'reserved' | 'out of stock' | 'unknown'

export interface StockStore {
  list(): Promise<readonly Stock[]>
  find(sku: string): Promise<Stock | undefined>
  /** Takes stock for an order. Asking again for the same order changes nothing, so that a caller may retry. */
  reserve(order: string, sku: string, quantity: number): Promise<Reservation>
  /** Gives back what an order had taken, if anything. */
  release(order: string): Promise<void>
}

const steps = [
  [
    'CREATE TABLE stock (sku text PRIMARY KEY, name text NOT NULL, available integer NOT NULL CHECK (available >= 0))',
    'CREATE TABLE reservations (order_id uuid PRIMARY KEY, sku text NOT NULL REFERENCES stock, quantity integer NOT NULL CHECK (quantity > 0))',
    `INSERT INTO stock (sku, name, available) VALUES
      ('tea', 'Darjeeling, first flush', 1000000),
      ('coffee', 'Espresso beans', 1000000),
      ('cocoa', 'Cocoa, unsweetened', 1000),
      ('moon-rock', 'A rock from the moon', 0)`,
  ],
] as const

export async function openStockStore(database: Database): Promise<StockStore> {
  await migrate(database, 'inventory', steps)
  return {
    list: () => database.query<Stock>('SELECT sku, name, available FROM stock ORDER BY sku'),
    async find(sku) {
      const [stock] = await database.query<Stock>('SELECT sku, name, available FROM stock WHERE sku = $1', [sku])
      return stock
    },
    reserve: (order, sku, quantity) =>
      database.transaction(async (inner) => {
        const [stock] = await inner.query<Stock>('SELECT available FROM stock WHERE sku = $1 FOR UPDATE', [sku])
        if (!stock) return 'unknown'
        const done = await inner.query('SELECT order_id FROM reservations WHERE order_id = $1', [order])
        if (done.length > 0) return 'reserved'
        if (stock.available < quantity) return 'out of stock'
        await inner.query('UPDATE stock SET available = available - $2 WHERE sku = $1', [sku, quantity])
        await inner.query('INSERT INTO reservations (order_id, sku, quantity) VALUES ($1, $2, $3)', [
          order,
          sku,
          quantity,
        ])
        return 'reserved'
      }),
    release: (order) =>
      database.transaction(async (inner) => {
        const [taken] = await inner.query<{ sku: string; quantity: number }>(
          'DELETE FROM reservations WHERE order_id = $1 RETURNING sku, quantity',
          [order],
        )
        if (taken)
          await inner.query('UPDATE stock SET available = available + $2 WHERE sku = $1', [taken.sku, taken.quantity])
      }),
  }
}
