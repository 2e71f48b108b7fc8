import { resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { SpanKind } from '@opentelemetry/api'
import { span } from '@seaworthy/tracing'
import pg from 'pg'
import { claimFolder } from './claim-folder.ts'
import { StartError } from './start-error.ts'

/** PostgreSQL's dialect, embedded or on a server: the same SQL on both. */
export interface Database {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Runs `run` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<T>(run: (database: Database) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Opens `memory:`, a folder such as `file:.data/orders`, or a server such as `postgres://localhost/orders`.
 *
 * @throws {StartError} When the server does not answer, or another process has the folder.
 */
export async function openDatabase(location: string): Promise<Database> {
  if (/^postgres(ql)?:/.test(location)) return onServer(await connected(location))
  if (location === 'memory:') return embedded(await PGlite.create())
  const [, path] = /^file:(.+)$/.exec(location) ?? []
  if (path === undefined)
    throw new StartError('A database is a folder (file:.data/x), memory:, or postgres://host/database.')
  const folder = resolve(path)
  const release = claimFolder(folder)
  return embedded(await PGlite.create(folder), release)
}

function embedded(lite: PGlite, release = (): void => undefined): Database {
  return {
    query: (text, values = []) => traced(text, async () => (await lite.query(text, [...values])).rows as never),
    transaction: (run) =>
      lite.transaction((inner) =>
        run({
          query: (text, values = []) => traced(text, async () => (await inner.query(text, [...values])).rows as never),
          transaction: nested,
          close: nested,
        }),
      ),
    async close() {
      await lite.close()
      release()
    },
  }
}

/** A pool whose server has answered: without its database a service does not start. */
async function connected(location: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: location, max: 10 })
  try {
    await pool.query('SELECT 1')
    return pool
  } catch (error) {
    await pool.end()
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no connection'
    // Without the user and the password.
    const where = URL.canParse(location) ? new URL(location).host + new URL(location).pathname : 'this address'
    throw new StartError(
      `no PostgreSQL database at ${where} (${reason}). Start it, or mend the address, user and password.`,
    )
  }
}

function onServer(pool: pg.Pool): Database {
  // An idle connection that dies is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  return {
    query: (text, values = []) => traced(text, async () => (await pool.query(text, [...values])).rows),
    transaction: (run) => inTransaction(pool, run),
    close: () => pool.end(),
  }
}

async function inTransaction<T>(pool: pg.Pool, run: (database: Database) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  // A connection that dies between two queries says so here; without a listener that would end the process.
  const breaks = (): void => void (broken = true)
  client.on('error', breaks)
  try {
    await client.query('BEGIN')
    const result = await run({
      query: (text, values = []) => traced(text, async () => (await client.query(text, [...values])).rows),
      transaction: nested,
      close: nested,
    })
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (broken = true))
    throw error
  } finally {
    client.off('error', breaks)
    client.release(broken)
  }
}

function nested(): never {
  throw new Error('A transaction has only queries.')
}

/** A CLIENT span by the semantic conventions for databases. The text has placeholders, never values. */
function traced<T>(text: string, run: () => Promise<T>): Promise<T> {
  const operation = text.trimStart().split(/\s/, 1)[0]?.toUpperCase() ?? 'QUERY'
  const table = /\b(?:FROM|INTO|UPDATE|TABLE(?: IF NOT EXISTS)?)\s+(\w+)/i.exec(text)?.[1]
  return span(table === undefined ? operation : `${operation} ${table}`, run, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text.replaceAll(/\s+/g, ' ').trim(),
      ...(table !== undefined && { 'db.collection.name': table }),
    },
  })
}
