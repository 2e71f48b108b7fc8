import type { Database } from './database.ts'

/**
 * Brings the schema of a service up to date, one transaction for each step. Steps are only ever added at the end.
 *
 * @param service - Two services may share a database: each has its own steps.
 * @param steps - SQL statements, one list for each step.
 */
export async function migrate(
  database: Database,
  service: string,
  steps: readonly (readonly string[])[],
): Promise<void> {
  await database.transaction(async (inner) => {
    // Two first starts at once would both create the table.
    await inner.query('SELECT pg_advisory_xact_lock(7301)')
    await inner.query(`CREATE TABLE IF NOT EXISTS migrations (
      service text, step integer, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (service, step)
    )`)
  })
  for (const [step, statements] of steps.entries()) {
    await database.transaction(async (inner) => {
      // Two instances that start at once: the second waits here, and then finds the step done.
      await inner.query('LOCK TABLE migrations IN EXCLUSIVE MODE')
      const done = await inner.query('SELECT step FROM migrations WHERE service = $1 AND step = $2', [service, step])
      if (done.length > 0) return
      for (const statement of statements) await inner.query(statement)
      await inner.query('INSERT INTO migrations (service, step) VALUES ($1, $2)', [service, step])
    })
  }
}
