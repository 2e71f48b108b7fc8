import type { GivenAttributes } from './telemetry-data.ts'

/** The longest text that is kept of one attribute, one message or one stack, in characters. */
const longestText = 16_384

/** The most characters that are kept of one span or one log record. */
const mostText = 65_536

/** The most members that are kept of one span or one log record: attributes, and what is inside of them. */
const mostMembers = 1024

/** How deep a value may be. */
const deepest = 6

/** What an object costs beside its contents, in bytes: an estimate for 64-bit engines. */
const perObject = 48

/** Weighs what one span or one log record holds, and notices what is too big to be kept as it is. */
export class Scale {
  bytes = 0
  #characters = 0
  #members = 0
  #tooBig = false

  /** Whether something has to be cut. */
  get oversize(): boolean {
    return this.#tooBig || this.#characters > mostText || this.#members > mostMembers
  }

  /** Puts attributes on the scale. */
  attributes(attributes: GivenAttributes): void {
    for (const name in attributes) {
      this.#members++
      this.text(name)
      this.value(attributes[name], 0)
    }
  }

  /** Puts a text on the scale. */
  text(text: string): void {
    // Latin text takes one byte a character, all else two: the estimate is on the safe side.
    this.bytes += text.length * 2 + 16
    this.#characters += text.length
    if (text.length > longestText) this.#tooBig = true
  }

  /** Puts any value on the scale. */
  value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'object' && value !== null) this.#object(value, depth)
    else this.bytes += 8
  }

  #object(value: object, depth: number): void {
    this.bytes += perObject
    if (value instanceof Uint8Array) {
      this.bytes += value.length
      if (value.length > longestText) this.#tooBig = true
    } else if (depth >= deepest) {
      this.#tooBig = true
    } else {
      this.#parts(value, depth)
    }
  }

  #parts(value: object, depth: number): void {
    for (const name in value) {
      if (++this.#members > mostMembers) return
      if (!Array.isArray(value)) this.text(name)
      this.value(value[name as keyof typeof value], depth + 1)
    }
  }
}

/** Copies what one span or one log record holds, as far as there is room. */
export class Scissors {
  #characters = mostText
  #members = mostMembers

  /** A copy of attributes in which nothing is too big. */
  attributes(attributes: GivenAttributes): GivenAttributes {
    return this.#object(attributes, -1)
  }

  /** The beginning of a text, with `…` where something was left out. */
  text(text: string): string {
    const room = Math.min(longestText, this.#characters)
    this.#characters -= Math.min(text.length, room)
    return text.length <= room ? text : beginning(text, Math.max(0, room - 1))
  }

  /** A copy of a value in which nothing is too big. */
  value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Uint8Array) return value.length > longestText ? value.slice(0, longestText) : value
    if (depth >= deepest) return '…'
    return Array.isArray(value) ? this.#list(value, depth) : this.#object(value, depth)
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = []
    for (const member of list) {
      if (this.#members-- <= 0) break
      kept.push(this.value(member, depth + 1))
    }
    return kept
  }

  #object(object: object, depth: number): GivenAttributes {
    const kept: [string, unknown][] = []
    for (const [name, value] of Object.entries(object)) {
      if (this.#members-- <= 0) break
      kept.push([this.text(name), this.value(value, depth + 1)])
    }
    return Object.fromEntries(kept)
  }
}

/** A text of at most so many characters, with `…` where something was left out. */
export function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : beginning(text, longest - 1)
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function beginning(text: string, length: number): string {
  // An engine's slice refers to the whole text and would keep it in memory: only a true copy is small.
  return decoder.decode(encoder.encode(`${text.slice(0, length)}…`))
}
