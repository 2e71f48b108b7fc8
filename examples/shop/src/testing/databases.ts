import pg from 'pg'
import type { OwnServer } from '../../../../test/support/own-server.ts'
import { skipPostgres, startPostgres } from '../../../../test/support/postgres-server.ts'

/** Databases for the services of a test file: on a PostgreSQL server of its own, which is the fastest, else embedded. */
export class Databases implements AsyncDisposable {
  readonly #server: OwnServer | undefined
  #made = 0

  private constructor(server: OwnServer | undefined) {
    this.#server = server
  }

  static async start(): Promise<Databases> {
    return new Databases(skipPostgres() ? undefined : await startPostgres())
  }

  /** The location of an empty database. */
  async fresh(): Promise<string> {
    if (!this.#server) return 'memory:'
    const name = `shop_${this.#made++}`
    const client = new pg.Client({ connectionString: this.#server.url })
    await client.connect()
    await client.query(`CREATE DATABASE ${name}`)
    await client.end()
    return this.#server.url.replace(/[^/]*$/, name)
  }

  /** Ends the server, where there is one. */
  async stop(): Promise<void> {
    await this.#server?.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}
