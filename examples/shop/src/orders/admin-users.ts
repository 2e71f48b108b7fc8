import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword } from '@seaworthy/basic-auth'
import { isDevelopment } from '@seaworthy/middleware'
import { keptFile } from '../shared/kept-file.ts'
import { StartError } from '../shared/start-error.ts'

/** Where development keeps the password of the user `admin`. */
export const passwordFile = (developmentFolder: string): string => join(developmentFolder, 'admin-password')

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
  const password = keptFile(passwordFile(developmentFolder), () => randomBytes(18).toString('base64url'))
  return `admin:${await hashPassword(password)}`
}

function readUsers(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no file'
    throw new StartError(`the file of ORDERS_ADMIN_USERS cannot be read (${reason}): ${path}.`)
  }
}
