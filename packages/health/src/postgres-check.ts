import { type BuiltInCheck, builtInCheck } from './check.ts'
import { HealthError } from './health-error.ts'

/** A pool or client of `pg`, or another with such a `query`, as PGlite is. */
export interface QueryClient {
  query(text: string): PromiseLike<unknown>
}

/** A client of `postgres` (postgres.js) or Bun's `SQL`, which are tagged templates. */
export interface TemplateClient {
  unsafe(text: string): PromiseLike<unknown>
}

/** What {@link postgresCheck} can ask. */
export type PostgresClient = QueryClient | TemplateClient | ((signal: AbortSignal) => PromiseLike<unknown>)

/**
 * Checks that PostgreSQL answers `SELECT 1`, through the pool that the service itself uses.
 *
 * @param client - A pool or client, or a function that runs a query: `() => db.execute(sql\`select 1\`)`.
 * @throws {HealthError} `ERR_HEALTH_OPTION` when it is neither.
 */
export function postgresCheck(client: PostgresClient): BuiltInCheck {
  return builtInCheck(question(client), 'datastore')
}

function question(client: PostgresClient): (signal: AbortSignal) => Promise<void> {
  if (hasMethod(client, 'query')) return async () => void (await client.query('SELECT 1'))
  // Before the plain function: a tagged template is a function as well.
  if (hasMethod(client, 'unsafe')) return async () => void (await client.unsafe('SELECT 1'))
  if (typeof client === 'function') return async (signal) => void (await client(signal))
  const cure = 'Pass a pool or client with `query`, or a function that runs one: () => db.execute(…).'
  throw new HealthError('ERR_HEALTH_OPTION', `postgresCheck cannot ask this. ${cure}`)
}

function hasMethod<Name extends string>(
  client: PostgresClient,
  name: Name,
): client is Extract<PostgresClient, Record<Name, unknown>> {
  if ((typeof client !== 'object' || client === null) && typeof client !== 'function') return false
  return typeof Reflect.get(client, name) === 'function'
}
