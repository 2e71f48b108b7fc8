import type { RedisClient } from '@seaworthy/middleware/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

/** A client of a test, as a service would make it. */
export interface Connected {
  readonly client: RedisClient
  close(): unknown
}

const bun: string = 'bun'

/** The clients that exist on this runtime. They reconnect quickly, so that tests of outages need not wait. */
export const redisClients: Readonly<Record<string, (url: string) => Promise<Connected>>> = {
  async ioredis(url) {
    const client = new Redis(url, { retryStrategy: () => 50 })
    client.on('error', () => {})
    return { client, close: () => client.disconnect() }
  },
  async 'node-redis'(url) {
    const client = createClient({ url, socket: { reconnectStrategy: () => 50 } })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  ...('Bun' in globalThis && {
    async 'RedisClient of Bun'(url: string) {
      const { RedisClient: Client } = await import(bun)
      const client = new Client(url, { maxRetries: 1_000 })
      return { client, close: () => client.close() }
    },
  }),
}
