const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

/**
 * Whether an object anywhere in valid JSON text has two members of one name. The names are compared decoded:
 * `"a"` and `"\u0061"` are one.
 */
export function hasDuplicateMembers(json: string): boolean {
  // The names of each object that is open; `undefined` for an array.
  const open: (Set<string> | undefined)[] = []
  let nameIsNext = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === quote) {
      const end = endOfString(json, i)
      if (nameIsNext && isRepeated(open.at(-1), json.slice(i, end + 1))) return true
      nameIsNext = false
      i = end
    } else if (code === openBrace || code === openBracket) {
      open.push(code === openBrace ? new Set() : undefined)
      nameIsNext = code === openBrace
    } else if (code === closeBrace || code === closeBracket) {
      open.pop()
      nameIsNext = false
    } else if (code === comma) nameIsNext = open.at(-1) !== undefined
    else if (code === colon) nameIsNext = false
  }
  return false
}

function isRepeated(names: Set<string> | undefined, literal: string): boolean {
  if (!names) return false
  const name: unknown = JSON.parse(literal)
  if (typeof name !== 'string' || names.has(name)) return true
  names.add(name)
  return false
}

/** Where the string that begins at `start` ends. */
function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i
  }
  return json.length
}
