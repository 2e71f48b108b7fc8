import { SeaworthyError } from './seaworthy-error.ts'

/** The part of an `ioredis` client or cluster that is used. */
export interface CallRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>
}

/** The part of a `redis` (node-redis) client or pool that is used. Its cluster wants a key for routing and is not one. */
export interface SendCommandRedisClient {
  sendCommand(args: string[]): Promise<unknown>
}

/** The part of Bun's `RedisClient` that is used. */
export interface SendRedisClient {
  send(command: string, args: string[]): Promise<unknown>
}

/** A Redis or Valkey client: one of `ioredis`, of `redis` (node-redis), or Bun's own. */
export type RedisClient = CallRedisClient | SendCommandRedisClient | SendRedisClient

/** Whether a value is a client that {@link redisCommand} can use. */
export function isRedisClient(value: unknown): value is RedisClient {
  if (typeof value !== 'object' || value === null) return false
  return has(value, 'call') || has(value, 'sendCommand') || has(value, 'send')
}

/**
 * Sends one command through whichever client was given.
 *
 * Text, integers, `null` and arrays arrive alike from every client. Replies that Redis types further (maps, sets,
 * doubles, booleans) come in the form that the client and its protocol version give them.
 *
 * @returns The reply. It rejects with the client's own error; the message of one that Redis sent begins with Redis's
 *   code, such as `NOSCRIPT` or `WRONGTYPE`.
 * @throws {SeaworthyError} `ERR_REDIS_CLIENT` when the value is none of the three clients.
 */
export function redisCommand(
  client: RedisClient,
  command: string,
  ...args: readonly (string | number)[]
): Promise<unknown> {
  if (!isRedisClient(client)) throw notAClient()
  const texts = args.map(String)
  // First, because an ioredis client also has a `sendCommand`, which wants a command object.
  if ('call' in client) return client.call(command, ...texts)
  if ('sendCommand' in client) return client.sendCommand([command, ...texts])
  return client.send(command, texts)
}

function has(value: object, name: string): boolean {
  return name in value && typeof Reflect.get(value, name) === 'function'
}

function notAClient(): SeaworthyError<'ERR_REDIS_CLIENT'> {
  const cure = 'Pass a client of "ioredis" or of "redis" (node-redis), or a RedisClient of Bun.'
  return new SeaworthyError('ERR_REDIS_CLIENT', `Not a Redis client. ${cure}`)
}
