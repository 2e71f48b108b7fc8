import { hasDuplicateMembers } from './has-duplicate-members.ts'

/** An object as JSON has them. */
export interface JsonObject {
  readonly [name: string]: unknown
}

/** Deeper than any claims are, and shallow enough to be walked by recursion. */
const maxDepth = 32

/**
 * The object that JSON text stands for, or why it is refused: it is something else, an object has two members of one
 * name (RFC 8725 §2.4 asks for one reading), or it is nested too deeply.
 */
export function parseJsonObject(json: string): JsonObject | string {
  if (isTooDeep(json)) return 'nested too deeply'
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return 'not JSON'
  }
  if (!isJsonObject(value)) return 'not a JSON object'
  // What an encoder would write again as it stands has no duplicates; other text is looked through.
  if (JSON.stringify(value) !== json && hasDuplicateMembers(json)) return 'two members of one name'
  return value
}

/** Whether a value that JSON gave is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Few texts have so many brackets at all, those inside strings included. */
function isTooDeep(json: string): boolean {
  return count(json, '{') + count(json, '[') > maxDepth && depthOf(json) > maxDepth
}

function count(text: string, char: string): number {
  let found = 0
  for (let i = text.indexOf(char); i !== -1 && found <= maxDepth; i = text.indexOf(char, i + 1)) found++
  return found
}

function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const char = json.charAt(i)
    if (inString && char === '\\') i++
    else if (char === '"') inString = !inString
    else if (!inString && (char === '{' || char === '[')) deepest = Math.max(deepest, ++depth)
    else if (!inString && (char === '}' || char === ']')) depth--
  }
  return deepest
}
