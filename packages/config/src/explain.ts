import type { Source } from './find-value.ts'
import { isPlainObject } from './freeze-deep.ts'
import { carriesCredentials, looksSecret } from './looks-secret.ts'
import type { Entry } from './read-values.ts'
import { originOf } from './origin.ts'
import { isSecret, redacted } from './secret.ts'

/** Where one value came from. It is plain data: fit for JSON and for a page. */
export interface Explanation {
  /** The path in the configuration: `db.url`. */
  readonly key: string
  /** The variable: `APP_DB_URL`. */
  readonly variable: string
  /** The value as text; `[redacted]` for a secret and for a variable whose name looks like one; '' when it is unset. */
  readonly value: string
  readonly source: Source
  /** The `.env` file, or the variable that named the file. */
  readonly from?: string
  /** Whether `reload()` takes a new value over. */
  readonly reloadable: boolean
}

/**
 * Where every value of a configuration came from, in the order of the specification, secrets redacted.
 *
 * @throws {ConfigError} `ERR_CONFIG_FOREIGN` when `config()` or `reload()` did not make it.
 */
export function explain(config: object): readonly Explanation[] {
  return originOf(config).entries.map((entry) => ({
    key: entry.variable.key,
    variable: entry.variable.name,
    value: shownValue(entry),
    source: entry.source,
    ...(entry.from !== undefined && { from: entry.from }),
    reloadable: entry.variable.info.reloadable ?? false,
  }))
}

function shownValue({ variable, value, raw, source }: Entry): string {
  if (source === 'unset') return ''
  if (variable.hidden || isSecret(value)) return redacted
  // Objects are shown as they were read, not as they were written: a Secret inside one redacts itself.
  const written = typeof value === 'object' ? withoutSecrets(value) : (raw ?? variable.info.default ?? value)
  const text = variable.info.write(written)
  return carriesCredentials(text) ? redacted : text
}

/** Plain data without the members whose names look secret. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isPlainObject(value)) return value
  const members = Object.entries(value).map(([name, member]) => [
    name,
    looksSecret(name) ? redacted : withoutSecrets(member),
  ])
  return Object.fromEntries(members)
}
