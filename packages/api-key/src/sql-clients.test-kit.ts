import pg from 'pg'
import type { SqlClient, SqlQuery } from './index.ts'

/** A client of a test, as a service would make it. */
export interface ConnectedSql {
  readonly client: SqlClient | SqlQuery
  /** Runs a statement with the same client. */
  run(text: string): Promise<readonly unknown[]>
  close(): unknown
}

const bun: string = 'bun'

/** The clients of PostgreSQL that exist on this runtime. */
export const sqlClients: Readonly<Record<string, (url: string) => Promise<ConnectedSql>>> = {
  async pg(url) {
    const pool = new pg.Pool({ connectionString: url, max: 6 })
    pool.on('error', () => {})
    return { client: pool, run: async (text) => (await pool.query(text)).rows, close: () => pool.end() }
  },
  async 'a function that gives rows'(url) {
    const pool = new pg.Pool({ connectionString: url, max: 6 })
    pool.on('error', () => {})
    const query: SqlQuery = async (text, params) => (await pool.query(text, params)).rows
    return { client: query, run: async (text) => (await pool.query(text)).rows, close: () => pool.end() }
  },
  ...('Bun' in globalThis && {
    async 'SQL of Bun'(url: string) {
      const { SQL } = await import(bun)
      const sql = new SQL(url, { max: 6 })
      const query: SqlQuery = (text, params) => sql.unsafe(text, params)
      return { client: query, run: (text) => sql.unsafe(text), close: () => sql.close({ timeout: 0 }) }
    },
  }),
}
