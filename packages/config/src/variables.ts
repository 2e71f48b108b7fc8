import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError } from './config-error.ts'
import { describeSchema } from './describe-schema.ts'
import type { FieldInfo } from './field.ts'
import { groupMembers, isGroup, type Spec } from './group.ts'
import { looksSecret } from './looks-secret.ts'

/** One leaf of a specification, with the variable it is read from. */
export interface Variable {
  /** The keys that lead to the value, from the outside in. */
  readonly path: readonly string[]
  /** The path as it is written: `db.url`. */
  readonly key: string
  /** The full name of the variable: `APP_DB_URL`. */
  readonly name: string
  /** The variable that may name a file to read instead: `APP_DB_URL_FILE`. */
  readonly fileName: string
  readonly schema: StandardSchemaV1
  readonly info: FieldInfo
  /** Whether its value is never shown: a secret, or a name that looks like one. */
  readonly hidden: boolean
  /** The description of the group around it. */
  readonly heading: string | undefined
}

/** Where the walk through a specification is. */
interface Place {
  readonly path: readonly string[]
  readonly prefix: string
  readonly heading: string | undefined
}

/**
 * The variables of a specification, in its order.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when something is not a schema, a name is not the name of a variable, or two
 *   of them would read the same one.
 */
export function variablesOf(spec: Spec, prefix: string): readonly Variable[] {
  const variables = collect(spec, { path: [], prefix, heading: undefined })
  const taken = new Map<string, Variable>()
  for (const variable of variables) {
    for (const name of [variable.name, variable.fileName]) {
      const other = taken.get(name)
      if (other) throw misuse(`${other.key} and ${variable.key} both read ${name}: name one of them with env.`)
      taken.set(name, variable)
    }
  }
  return variables
}

function collect(spec: Spec, place: Place): readonly Variable[] {
  return Object.entries(spec).flatMap(([key, entry]) => {
    const path = [...place.path, key]
    if (!isEntry(entry))
      throw misuse(`${path.join('.')} is not a schema: write string(), port(), group({ … }) or another.`)
    if (!isGroup(entry)) return [toVariable(entry, { ...place, path }, key)]
    const prefix = `${place.prefix}${entry.env ?? upperSnake(key)}_`
    return collect(groupMembers(entry), { path, prefix, heading: entry.description ?? place.heading })
  })
}

function toVariable(schema: StandardSchemaV1, { path, prefix, heading }: Place, key: string): Variable {
  const info = describeSchema(schema)
  const name = info.env ?? `${prefix}${upperSnake(key)}`
  const dotted = path.join('.')
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    throw misuse(`${dotted} would read ${JSON.stringify(name)}, which is not the name of a variable: name it with env.`)
  }
  const hidden = info.secret || looksSecret(name) || looksSecret(upperSnake(dotted))
  return { path, key: dotted, name, fileName: `${name}_FILE`, schema, info, hidden, heading }
}

/** `httpAddr` as the environment writes it: `HTTP_ADDR`. */
function upperSnake(key: string): string {
  return key
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[\s.-]+/g, '_')
    .toUpperCase()
}

function isEntry(entry: unknown): boolean {
  if ((typeof entry !== 'object' && typeof entry !== 'function') || entry === null) return false
  return '~standard' in entry || isGroup(entry)
}

function misuse(message: string): ConfigError {
  return new ConfigError('ERR_CONFIG_SPEC', message)
}
