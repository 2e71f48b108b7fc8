import { readFileSync } from 'node:fs'
import { hashPassword } from '@seaworthy/basic-auth'
import { isDevelopment } from '@seaworthy/middleware'
import { developmentPassword } from '../shared/development-secrets.ts'
import { StartError } from '../shared/start-error.ts'

/**
 * The text of the user file: a line `name:hash` for each admin. In development without one there is the user `admin`,
 * whose password is made at the first start.
 *
 * @throws {StartError} When the file cannot be read, and in production without one.
 */
export async function adminUsers(settings: {
  readonly adminUsers: string | undefined
  readonly developmentFolder: string
}): Promise<string> {
  const { adminUsers: path, developmentFolder } = settings
  if (path !== undefined) return readUsers(path)
  if (!isDevelopment()) {
    throw new StartError(
      'In production the admins are those of a file: set ORDERS_ADMIN_USERS. `node src/admin-user.ts ann` makes a line of it.',
    )
  }
  return `admin:${await hashPassword(developmentPassword(developmentFolder))}`
}

function readUsers(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no file'
    throw new StartError(`the file of ORDERS_ADMIN_USERS cannot be read (${reason}): ${path}.`)
  }
}
