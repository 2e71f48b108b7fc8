import { LogError } from './log-error.ts'
import { nameWords } from './name-words.ts'
import { parsePaths, type PathRules } from './redaction-path.ts'

/** The names whose values are not shown by default, at any depth. */
export const defaultRedact: readonly string[] = Object.freeze([
  ...['password', 'passwords', 'passwd', 'pwd', 'pass', 'passphrase'],
  ...['secret', 'secrets', 'client_secret', 'credential', 'credentials'],
  ...['token', 'access_token', 'refresh_token', 'id_token', 'auth_token', 'jwt'],
  ...['authorization', 'cookie', 'cookies'],
  ...['api_key', 'api_keys', 'private_key', 'access_key', 'secret_key', 'signing_key', 'encryption_key'],
  'connection_string',
])

/** Names beyond these bounds come from outside: they are not remembered. */
const maxRemembered = { names: 2000, length: 64 }

/** Decides which members are not shown. */
export class Redaction {
  /** The rules by path that apply to the fields of a line. */
  readonly paths: PathRules
  readonly #names: readonly string[]
  readonly #shown: ReadonlySet<string>
  readonly #remembered: Map<string, boolean> = new Map()

  /** @throws {LogError} `ERR_LOG_REDACT` when an entry is empty or has an empty step. */
  constructor(redact: readonly string[] | false) {
    const given = redact === false ? [] : redact
    for (const entry of given) checkEntry(entry)
    const names = given.filter((entry) => !entry.startsWith('!') && !isPath(entry))
    this.paths = parsePaths(given.filter(isPath))
    this.#names = (redact === false ? [] : [...defaultRedact, ...names]).map(nameWords)
    this.#shown = new Set(given.filter((entry) => entry.startsWith('!')).map((entry) => nameWords(entry.slice(1))))
  }

  /** Whether a member of this name is hidden wherever it stands. */
  hides(name: string): boolean {
    const known = this.#remembered.get(name)
    if (known !== undefined) return known
    const hidden = this.#decide(nameWords(name))
    if (this.#remembered.size < maxRemembered.names && name.length <= maxRemembered.length) {
      this.#remembered.set(name, hidden)
    }
    return hidden
  }

  #decide(words: string): boolean {
    if (this.#shown.has(words)) return false
    const run = words.replaceAll('_', '')
    return this.#names.some((name) => words === name || words.endsWith(`_${name}`) || run === name.replaceAll('_', ''))
  }
}

/**
 * Tells whether a name's value is hidden by default or by further names, for whatever else shows data: a payload, a
 * configuration.
 *
 * @throws {LogError} `ERR_LOG_REDACT` when an entry is empty.
 */
export function hiddenNames(redact: readonly string[] = []): (name: string) => boolean {
  const redaction = new Redaction(redact)
  return (name) => redaction.hides(name)
}

function isPath(entry: string): boolean {
  return /[.*[]/.test(entry)
}

function checkEntry(entry: string): void {
  const steps = entry.replace(/^!/, '').replaceAll('[*]', '').split('.')
  const wellFormed = steps.every((step) => step === '*' || (!/[*[\]]/.test(step) && nameWords(step) !== ''))
  if (wellFormed && !(entry.startsWith('!') && isPath(entry))) return
  throw new LogError(
    'ERR_LOG_REDACT',
    `'${entry}' cannot be redacted. Write a name ('email'), a path ('user.email', 'items.*.code'), ` +
      `or '!next_token' for a name that may be shown.`,
  )
}
