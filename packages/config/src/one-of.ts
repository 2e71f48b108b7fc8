import { ConfigError } from './config-error.ts'
import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/**
 * One of the given words, in exactly that spelling.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` when there are no words, one of them is empty, or one stands there twice.
 */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  options: FieldOptions<NoInfer<Word>> = {},
): Field<Word> {
  const allowed = new Map<unknown, Word>(words.map((word) => [word, word]))
  if (words.length === 0 || allowed.size < words.length || allowed.has('')) {
    throw new ConfigError('ERR_CONFIG_SPEC', "oneOf() needs words that differ, none of them empty: oneOf(['a', 'b']).")
  }
  return createField({
    ...options,
    type: words.join(' | '),
    choices: words,
    read: (value) => accepted(allowed.get(value), `expected one of ${words.join(', ')}`),
  })
}
