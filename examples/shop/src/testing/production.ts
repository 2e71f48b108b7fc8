import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from '@seaworthy/basic-auth'
import { developmentFolder, password } from './credentials.ts'

/** What orders needs in production: nothing of it has a default. */
export async function production(): Promise<Record<string, string>> {
  const users = join(developmentFolder, 'users')
  writeFileSync(users, `# the admins\nadmin:${await hashPassword(password)}\n`)
  return {
    NODE_ENV: 'production',
    ORDERS_ADMIN_USERS: users,
    OIDC_ISSUER: 'https://id.example.com',
    ORDERS_OIDC_CLIENT_SECRET: 'the secret of orders',
    ORDERS_PUBLIC_URL: 'https://shop.example.com',
    ORDERS_SESSION_KEYS: 'a key of thirty-two characters or more'.replaceAll(' ', '-'),
  }
}
