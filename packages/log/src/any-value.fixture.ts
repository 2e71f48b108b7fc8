import fc from 'fast-check'

/** Any short text, with a bias towards what formats and terminals trip over. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      '\u2028',
      '\u001b',
      '\u009b',
      '\ud800',
      '=',
      ' ',
      '}',
      '{',
      ',',
      'a',
      '.',
    ),
    maxLength: 8,
  }),
)

const trap = (): never => {
  throw new Error('trap')
}

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  fc.double(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, true, Symbol('s'), trap, Number.NaN, Object(1n), /a/, Promise.resolve()),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 4 }),
  anyText.map((message) => new Error(message, { cause: message })),
  anyText.map((message) => new AggregateError([message, new Error(message)], message)),
  fc.constantFrom(Object.defineProperty({}, 'a', { get: trap, enumerable: true }), new Proxy({}, { ownKeys: trap })),
)

/** Any names, those of a line's own members and of secrets among them. */
const anyName = fc.oneof(anyText, fc.constantFrom('time', 'level', 'msg', 'error', 'password', '__proto__', 'toString'))

/** Anything at all: primitives, odd objects, and objects of these. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyName, tie('value'), { maxKeys: 3 }),
    fc.dictionary(anyName, tie('value'), { maxKeys: 2 }).map((value) => Object.assign(value, { self: value })),
    fc.array(fc.tuple(anyName, tie('value')), { maxLength: 2 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 2 }).map((values) => new Set(values)),
    tie('value').map((value) => ({ toJSON: () => value })),
  ),
})).value

/** Any fields of a line. */
export const anyFields: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(anyName, anyValue, { maxKeys: 4 })
