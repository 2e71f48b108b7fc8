/** How one field of a message is read. */
export interface ProtobufField {
  readonly name: string
  readonly type:
    | 'string'
    | 'hex'
    | 'bytes'
    | 'bool'
    | 'varint'
    | 'sint'
    | 'fixed32'
    | 'fixed64'
    | 'sfixed64'
    | 'double'
    | ProtobufMessage
  readonly repeated?: boolean
}

/** The fields of a message that are read, by their numbers. A function, so that messages can contain themselves. */
export type ProtobufMessage = () => Readonly<Record<number, ProtobufField>>

/** What is wrong with bytes that are no such message. */
export class ProtobufError extends Error {}

/** A message that was read: its members have the names of its JSON form. Numbers of 64 bits are `bigint`. */
export type ProtobufValues = Record<string, unknown>

/** The deepest nesting of messages. */
const deepest = 32

/**
 * Reads a message (Protocol Buffers, encoding). Fields that are not in the description are skipped.
 *
 * @param most - How many messages and values there may be inside: a few bytes can mean many objects.
 * @throws {ProtobufError} When the bytes are no such message, or too many things are in it.
 */
export function readProtobuf(bytes: Uint8Array, message: ProtobufMessage, most: number): ProtobufValues {
  return new Reader(bytes, most).message(message, bytes.length, 0)
}

const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true })

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  #left: number

  constructor(bytes: Uint8Array, most: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#left = most
  }

  message(message: ProtobufMessage, end: number, depth: number): ProtobufValues {
    if (depth > deepest) throw new ProtobufError('Messages are nested too deeply.')
    const fields = message()
    const values: ProtobufValues = {}
    while (this.#at < end) {
      const tag = this.#varint32()
      const field = fields[tag >>> 3]
      if (field === undefined) this.#skip(tag & 7, end)
      else this.#field(field, tag & 7, values, end, depth)
    }
    if (this.#at !== end) throw new ProtobufError('A field ends behind its message.')
    return values
  }

  #field(field: ProtobufField, wire: number, values: ProtobufValues, end: number, depth: number): void {
    const { name, repeated } = field
    if (repeated !== true) {
      values[name] = this.#value(field, wire, end, depth)
      return
    }
    const known = values[name]
    const list: unknown[] = Array.isArray(known) ? known : []
    values[name] = list
    // Numbers stand together behind one length, or each for itself.
    if (wire !== 2 || isBytes(field)) {
      list.push(this.#value(field, wire, end, depth))
      return
    }
    const stop = this.#length(end)
    while (this.#at < stop) list.push(this.#value(field, wireOf(field), stop, depth))
  }

  #value({ type }: ProtobufField, wire: number, end: number, depth: number): unknown {
    if (--this.#left < 0) throw new ProtobufError('There is too much in one request.')
    if (typeof type === 'function') {
      expectWire(wire, 2)
      return this.message(type, this.#length(end), depth + 1)
    }
    switch (type) {
      case 'string':
        return textDecoder.decode(this.#slice(wire, end))
      case 'hex':
        return Buffer.from(this.#slice(wire, end)).toString('hex')
      case 'bytes':
        return Uint8Array.from(this.#slice(wire, end))
      default:
        return this.#number(type, wire, end)
    }
  }

  #number(type: ProtobufField['type'], wire: number, end: number): number | bigint | boolean {
    if (type === 'bool' || type === 'varint' || type === 'sint') {
      expectWire(wire, 0)
      const value = this.#varint(end)
      if (type === 'bool') return value !== 0n
      return type === 'sint' ? Number((value >> 1n) ^ -(value & 1n)) : BigInt.asIntN(64, value)
    }
    const size = type === 'fixed32' ? 4 : 8
    expectWire(wire, size === 4 ? 5 : 1)
    const at = this.#take(size, end)
    if (type === 'fixed32') return this.#view.getUint32(at, true)
    if (type === 'double') return this.#view.getFloat64(at, true)
    return type === 'sfixed64' ? this.#view.getBigInt64(at, true) : this.#view.getBigUint64(at, true)
  }

  #slice(wire: number, end: number): Uint8Array {
    expectWire(wire, 2)
    const stop = this.#length(end)
    const slice = this.#bytes.subarray(this.#at, stop)
    this.#at = stop
    return slice
  }

  /** Reads a length, and gives where that ends. */
  #length(end: number): number {
    const length = this.#varint32()
    const stop = this.#at + length
    if (stop > end) throw new ProtobufError('A length is longer than its message.')
    return stop
  }

  #take(size: number, end: number): number {
    const at = this.#at
    if (at + size > end) throw new ProtobufError('A number is cut off.')
    this.#at += size
    return at
  }

  #varint32(): number {
    const value = this.#varint(this.#bytes.length)
    if (value > 0xffff_ffffn) throw new ProtobufError('A length or a field is out of range.')
    return Number(value)
  }

  #varint(end: number): bigint {
    // Most numbers have one byte or two: only the long ones need the slow way.
    const first = this.#byte(end)
    if (first < 0x80) return BigInt(first)
    const second = this.#byte(end)
    if (second < 0x80) return BigInt((first & 0x7f) | (second << 7))
    let value = BigInt((first & 0x7f) | ((second & 0x7f) << 7))
    for (let shift = 14n; shift < 70n; shift += 7n) {
      const byte = this.#byte(end)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new ProtobufError('A number is too long.')
  }

  #byte(end: number): number {
    const byte = this.#at < end ? this.#bytes[this.#at++] : undefined
    if (byte === undefined) throw new ProtobufError('The message is cut off.')
    return byte
  }

  #skip(wire: number, end: number): void {
    if (wire === 0) this.#varint(end)
    else if (wire === 1) this.#take(8, end)
    else if (wire === 2) this.#at = this.#length(end)
    else if (wire === 5) this.#take(4, end)
    else throw new ProtobufError('A field has an unknown form.')
  }
}

function expectWire(wire: number, expected: number): void {
  if (wire !== expected) throw new ProtobufError('A field has another form than it should.')
}

function isBytes({ type }: ProtobufField): boolean {
  return typeof type === 'function' || type === 'string' || type === 'hex' || type === 'bytes'
}

function wireOf({ type }: ProtobufField): number {
  if (type === 'fixed32') return 5
  return type === 'double' || type === 'fixed64' || type === 'sfixed64' ? 1 : 0
}

/** Writes the few fields that answers have: texts and whole numbers that are not negative, nested where needed. */
export function writeProtobuf(
  fields: readonly (readonly [number: number, value: string | number | Uint8Array])[],
): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varintBytes(number << 3), varintBytes(value)]
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return [varintBytes((number << 3) | 2), varintBytes(bytes.length), bytes]
  })
  return Uint8Array.from(Buffer.concat(parts))
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Uint8Array.from([...bytes, rest])
}
