import type { Database } from './database.ts'

/**
 * Brings the schema up to date, one transaction for each step. Steps are only ever added at the end.
 *
 * @param steps - SQL statements, one list for each step.
 */
export async function migrate(database: Database, steps: readonly (readonly string[])[]): Promise<void> {
  await database.query('CREATE TABLE IF NOT EXISTS migrations (step integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())')
  for (const [step, statements] of steps.entries()) {
    await database.transaction(async (inner) => {
      // Two instances that start at once: the second waits here, and then finds the step done.
      await inner.query('LOCK TABLE migrations IN EXCLUSIVE MODE')
      const done = await inner.query('SELECT step FROM migrations WHERE step = $1', [step])
      if (done.length > 0) return
      for (const statement of statements) await inner.query(statement)
      await inner.query('INSERT INTO migrations (step) VALUES ($1)', [step])
    })
  }
}
