import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/** A TCP or UDP port: a whole number from 0 to 65535, in decimal digits. With 0 the system chooses one. */
export function port(options: FieldOptions<number> = {}): Field<number> {
  return createField({
    ...options,
    type: 'port',
    read: (value) => accepted(toPort(value), 'expected a port from 0 to 65535'),
  })
}

function toPort(value: unknown): number | undefined {
  const result = typeof value === 'string' && /^(?:0|[1-9]\d{0,4})$/.test(value) ? Number(value) : value
  return typeof result === 'number' && Number.isInteger(result) && result >= 0 && result <= 65_535 ? result : undefined
}
