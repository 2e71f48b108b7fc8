import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keptFile } from './kept-file.ts'

const names = ['orders', 'tools', 'partner'] as const

/** The secrets of the clients that the identity provider of development knows, by their ids. */
export type DevelopmentSecrets = Readonly<Record<(typeof names)[number], string>>

/** Where development keeps the password of its people: of the admin, of Ann and of Bob. */
export const passwordFile = (developmentFolder: string): string => join(developmentFolder, 'admin-password')

/** That password, made at the first call. */
export function developmentPassword(folder: string): string {
  return keptFile(passwordFile(folder), () => randomBytes(18).toString('base64url'))
}

/** Secrets of clients, made at the first call. */
export function developmentSecrets(folder: string): DevelopmentSecrets {
  const make = (): string => JSON.stringify(Object.fromEntries(names.map((name) => [name, newSecret()])))
  return JSON.parse(keptFile(join(folder, 'client-secrets.json'), make))
}

/** What encrypts the sessions of development, made at the first call. */
export function developmentSessionKey(folder: string): string {
  return keptFile(join(folder, 'session-key'), newSecret)
}

const newSecret = (): string => randomBytes(32).toString('base64url')
