import type { Database } from './database.ts'

/** A database that keeps nothing and finds nothing: for an application whose routes are looked at. */
export const noDatabase: Database = {
  query: () => Promise.resolve([]),
  transaction: (run) => run(noDatabase),
  close: () => Promise.resolve(),
}
