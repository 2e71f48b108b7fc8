import { randomUUID } from 'node:crypto'
import type { Database } from '../shared/database.ts'
import { migrate } from '../shared/migrate.ts'

/** `pending` until inventory has answered, `cancelling` until it has its stock back. */
export type OrderStatus = 'pending' | 'confirmed' | 'rejected' | 'cancelling' | 'cancelled'

export interface Order {
  readonly id: string
  readonly sku: string
  readonly quantity: number
  readonly status: OrderStatus
  readonly createdAt: string
}

/** One page of orders, the newest first. */
export interface OrderPage {
  readonly orders: readonly Order[]
  /** Give it as `after` for the next page; absent on the last one. */
  readonly next?: string
}

export interface OrderStore {
  /** Writes an order down before anything is promised for it. */
  place(sku: string, quantity: number): Promise<Order>
  find(id: string): Promise<Order | undefined>
  list(limit: number, after?: string): Promise<OrderPage>
  /** Moves an order from one status to another; `undefined` when it was not in the first. */
  move(id: string, from: OrderStatus, to: OrderStatus): Promise<Order | undefined>
  /** The orders that were placed at least so many seconds ago, and are still `pending` or `cancelling`. */
  unfinished(seconds: number): Promise<readonly Order[]>
}

const steps = [
  [
    `CREATE TABLE orders (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id uuid NOT NULL UNIQUE,
      sku text NOT NULL,
      quantity integer NOT NULL CHECK (quantity > 0),
      status text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`,
    "CREATE INDEX orders_unfinished ON orders (number) WHERE status IN ('pending', 'cancelling')",
  ],
] as const

interface Row {
  readonly id: string
  readonly sku: string
  readonly quantity: number
  readonly status: OrderStatus
  readonly created_at: Date
}

const columns = 'id, sku, quantity, status, created_at'

export async function openOrderStore(database: Database): Promise<OrderStore> {
  await migrate(database, 'orders', steps)
  const one = async (text: string, values: readonly unknown[]): Promise<Order | undefined> => {
    const [row] = await database.query<Row>(text, values)
    return row && orderOf(row)
  }
  return {
    async place(sku, quantity) {
      const text = `INSERT INTO orders (id, sku, quantity, status) VALUES ($1, $2, $3, 'pending') RETURNING ${columns}`
      const order = await one(text, [randomUUID(), sku, quantity])
      if (!order) throw new Error('the database returned no row for an inserted order')
      return order
    },
    find: (id) => one(`SELECT ${columns} FROM orders WHERE id = $1`, [id]),
    async list(limit, after) {
      const rows = await database.query<Row>(
        `SELECT ${columns} FROM orders
         WHERE $2::uuid IS NULL OR number < (SELECT number FROM orders WHERE id = $2::uuid)
         ORDER BY number DESC LIMIT $1`,
        [limit + 1, after ?? null],
      )
      const orders = rows.slice(0, limit).map(orderOf)
      const last = orders.at(-1)
      return rows.length > limit && last ? { orders, next: last.id } : { orders }
    },
    move: (id, from, to) =>
      one(`UPDATE orders SET status = $3 WHERE id = $1 AND status = $2 RETURNING ${columns}`, [id, from, to]),
    async unfinished(seconds) {
      const text = `SELECT ${columns} FROM orders
        WHERE status IN ('pending', 'cancelling') AND created_at <= now() - make_interval(secs => $1) ORDER BY number`
      return (await database.query<Row>(text, [seconds])).map(orderOf)
    },
  }
}

function orderOf({ created_at, ...row }: Row): Order {
  return { ...row, createdAt: created_at.toISOString() }
}
