import { hiddenNames } from '@seaworthy/log'

const redacted = '[redacted]'
const deepest = 10

/** Objects with this member are secrets, whatever else they are: `Secret` of `@seaworthy/config` has it. */
const secretBrand = Symbol.for('seaworthy.secret')

/** Names in a configuration are few and often secret: in doubt the value is hidden. */
const looksSecret =
  /secret|token|passw|passphrase|pwd|credential|private|cookie|signature|salt|pepper|dsn|(?:key|auth)s?$/i
const hides = hiddenNames()

/** A configuration as plain data, without what its names or values tell to be secret. */
export function shownConfig(config: object | (() => unknown)): unknown {
  return shown(typeof config === 'function' ? config() : config, deepest)
}

function shown(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return carriesCredentials(value) ? redacted : value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (secretBrand in value || depth === 0) return redacted
  if (Array.isArray(value)) return value.map((item: unknown) => shown(item, depth - 1))
  if (value instanceof Date || value instanceof URL) return shown(value.toJSON(), depth - 1)
  return shownMembers(value, depth)
}

function shownMembers(value: object, depth: number): object {
  const members = Object.entries(value)
  const isHidden = isExplanation(value) && (isSecretName(value.key) || isSecretName(value.variable ?? ''))
  return Object.fromEntries(
    members.map(([name, member]) => {
      const isSecret = isExplanation(value) ? isHidden && name === 'value' && member !== '' : isSecretName(name)
      return [name, isSecret && member !== undefined ? redacted : shown(member, depth - 1)]
    }),
  )
}

/** What `explain` of `@seaworthy/config` gives: the name of a value stands beside it. */
function isExplanation(value: object): value is { readonly key: string; readonly variable?: string } {
  return 'key' in value && 'value' in value && typeof value.key === 'string'
}

function isSecretName(name: string): boolean {
  return hides(name) || looksSecret.test(name)
}

/** A URL with a user in it, or the text of a key. */
function carriesCredentials(text: string): boolean {
  return /\/\/[^/\s]*@/.test(text) || text.includes('-----BEGIN')
}
