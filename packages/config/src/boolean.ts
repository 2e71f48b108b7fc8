import { accepted, createField, type Field, type FieldOptions } from './field.ts'

const meanings = new Map<unknown, boolean>([
  ['true', true],
  ['1', true],
  [true, true],
  ['false', false],
  ['0', false],
  [false, false],
])

/** `true` or `1`, `false` or `0`; in lower case, and nothing else. */
export function boolean(options: FieldOptions<boolean> = {}): Field<boolean> {
  return createField({
    ...options,
    type: 'boolean',
    choices: ['true', 'false'],
    read: (value) => accepted(meanings.get(value), 'expected true or false (or 1 or 0)'),
  })
}
