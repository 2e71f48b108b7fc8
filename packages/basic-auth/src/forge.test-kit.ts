import { Buffer } from 'node:buffer'
import { hash } from '@node-rs/argon2'
import type { Guard } from '@seaworthy/security'
import { Hono } from 'hono'

/** What only those who were let in see. */
export const prize = 'the protected body'

/** The credentials of RFC 7617 for a name and a password, or for any bytes. */
export function encode(credentials: string | Uint8Array): string {
  return Buffer.from(credentials).toString('base64')
}

/** What somebody was answered. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly challenge: string | null
  readonly retryAfter: string | null
}

/** Asks a guard with the value of `Authorization`. */
export async function askWith(guard: Guard<unknown>, authorization: string | undefined): Promise<Answer> {
  const app = new Hono().get('/', guard, (c) => c.text(prize))
  const headers = authorization === undefined ? {} : { authorization }
  const response = await app.request('https://shop.example/', { headers })
  return {
    status: response.status,
    body: await response.text(),
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
  }
}

/** Asks a guard as a user, `name:password`. */
export async function ask(guard: Guard<unknown>, credentials?: string): Promise<Answer> {
  return askWith(guard, credentials === undefined ? undefined : `Basic ${encode(credentials)}`)
}

/** A hash of argon2id that costs next to nothing. */
export async function cheapHash(password: string): Promise<string> {
  return hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 })
}

/** A hash of bcrypt that costs next to nothing: that of `U*U` in the tests of crypt_blowfish. */
export const cheapBcrypt = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
