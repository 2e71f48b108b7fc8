import pg from 'pg'
import type { OwnServer } from '../../../../test/support/own-server.ts'
import { skipPostgres, startPostgres } from '../../../../test/support/postgres-server.ts'

/** Starts a PostgreSQL that answers. */
export async function startDatabaseServer(): Promise<OwnServer> {
  const server = await startPostgres()
  await untilAnswering(server)
  return server
}

/** While it starts it already accepts connections, and refuses them. */
async function untilAnswering({ url }: OwnServer): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run(url, 'SELECT 1')
    } catch (error) {
      if (attempt > 500) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

/** Databases for the services of a test file: on a PostgreSQL server of its own, which is the fastest, else embedded. */
export class Databases implements AsyncDisposable {
  readonly #server: OwnServer | undefined
  #made = 0

  private constructor(server: OwnServer | undefined) {
    this.#server = server
  }

  static async start(): Promise<Databases> {
    return new Databases(skipPostgres() ? undefined : await startDatabaseServer())
  }

  /** The location of an empty database. */
  async fresh(): Promise<string> {
    if (!this.#server) return 'memory:'
    const name = `shop_${this.#made++}`
    await run(this.#server.url, `CREATE DATABASE ${name}`)
    return this.#server.url.replace(/[^/]*$/, name)
  }

  /** Ends the server, where there is one. */
  async stop(): Promise<void> {
    await this.#server?.stop()
  }

  /** Starts it again where it was stopped. */
  async restart(): Promise<void> {
    await this.#server?.start()
    if (this.#server) await untilAnswering(this.#server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}
