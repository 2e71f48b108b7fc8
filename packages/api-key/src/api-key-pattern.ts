import { checksumLength } from './checksum.ts'
import { checkPrefix, secretLength } from './key-text.ts'

/**
 * What finds keys in source code and logs, for secret scanners: `apiKeyPattern('acme_live').source`.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when the prefix is none.
 */
export function apiKeyPattern(prefix: string): RegExp {
  return new RegExp(String.raw`\b${checkPrefix(prefix)}_[0-9A-Za-z]{${secretLength + checksumLength}}\b`, 'g')
}
