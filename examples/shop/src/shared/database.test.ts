import { expect, test } from 'vitest'
import { skipPostgres } from '../../../../test/support/postgres-server.ts'
import { startDatabaseServer } from '../testing/databases.ts'
import { openDatabase, type Database } from './database.ts'

test.skipIf(skipPostgres())(
  'a connection that dies inside a transaction fails that transaction, and nothing else',
  async () => {
    await using server = await startDatabaseServer()
    const database = await openDatabase(server.url)
    const transaction = database.transaction(async (inner) => {
      await inner.query('SELECT 1')
      await server.stop()
      // The connection says that it died while nobody waits for an answer of it.
      await new Promise((resolve) => setTimeout(resolve, 200))
      await inner.query('SELECT 2')
    })
    await expect(transaction).rejects.toThrow()
    await server.start()
    expect(await recovered(database)).toEqual([{ three: 3 }])
    await database.close()
  },
)

/** A server that was killed listens before it has recovered, and refuses until then. */
async function recovered(database: Database): Promise<unknown> {
  for (const end = performance.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const answer = await database.query('SELECT 3 AS three').catch((error: unknown) => error)
    if (Array.isArray(answer) || performance.now() > end) return answer
  }
}

test.each(['mysql://user:hunter2@host/db', 'file:', 'orders', ''])('%j is no database', async (location) => {
  const refused = openDatabase(location)
  await expect(refused).rejects.toThrow('A database is a folder (file:.data/x), memory:, or postgres://host/database.')
})
