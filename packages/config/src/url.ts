import { ConfigError } from './config-error.ts'
import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/** Options of {@link url}. */
export interface UrlOptions extends FieldOptions<string> {
  /** The schemes that are allowed, without the colon, such as `['https']`. @default any */
  readonly protocols?: readonly string[]
}

/**
 * An absolute URL with a scheme, as text: checked, and then exactly as it was written.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when a protocol is not the name of a scheme in lower case.
 */
export function url(options: UrlOptions = {}): Field<string> {
  const { protocols = [], ...rest } = options
  for (const protocol of protocols) {
    if (/^[a-z][a-z\d+.-]*$/.test(protocol)) continue
    throw new ConfigError('ERR_CONFIG_SPEC', `url() needs protocols such as 'https', not ${JSON.stringify(protocol)}.`)
  }
  const schemes = protocols.length > 0 ? ` (${protocols.join(', ')})` : ''
  return createField({
    ...rest,
    type: `URL${schemes}`,
    read: (value) => accepted(toUrl(value, protocols), `expected an absolute URL${schemes}`),
  })
}

function toUrl(value: unknown, protocols: readonly string[]): string | undefined {
  // The parser of URLs drops spaces and control characters in silence; a configuration with them is a mistake.
  if (typeof value !== 'string' || /[\s\p{Cc}]/u.test(value)) return undefined
  const protocol = URL.canParse(value) ? new URL(value).protocol.slice(0, -1) : undefined
  if (protocol === undefined || !value.toLowerCase().startsWith(`${protocol}:`)) return undefined
  return protocols.length === 0 || protocols.includes(protocol) ? value : undefined
}
