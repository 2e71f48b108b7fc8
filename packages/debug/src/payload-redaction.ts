import { hiddenNames } from '@seaworthy/log'

type Hides = (name: string) => boolean

const redacted = '[redacted]'

/** What makes the string before it a name. */
const colon = /\s*:\s*/y

/**
 * Hides, in the text of a payload that may be cut off anywhere, the values of names that hold credentials.
 *
 * @throws {LogError} `ERR_LOG_REDACT` when a name is empty.
 */
export function createPayloadRedaction(names?: readonly string[]): (text: string, type: string) => string {
  const hides = hiddenNames(names)
  return (text, type) =>
    redactAnywhere(type.includes('urlencoded') ? redactForm(text, hides) : redactMixed(text, type, hides))
}

function redactMixed(text: string, type: string, hides: Hides): string {
  const json = redactJson(text, hides)
  return type.includes('json') ? json : redactPlain(json, hides)
}

function redactForm(text: string, hides: Hides): string {
  const pairs = text.split('&').map((pair) => {
    const [name = ''] = pair.split('=', 1)
    return name.length < pair.length && hides(decodeName(name)) ? `${name}=${redacted}` : pair
  })
  return pairs.join('&')
}

function decodeName(name: string): string {
  return new URLSearchParams(`name=${name}`).get('name') ?? name
}

function redactJson(text: string, hides: Hides): string {
  let shown = ''
  let at = 0
  for (let token = next(text, at); token !== undefined; token = next(text, at)) {
    const isHidden = token.isName && hides(token.name)
    shown += text.slice(at, token.end) + (isHidden ? `"${redacted}"` : '')
    at = isHidden ? endOfValue(text, token.end) : token.end
  }
  return shown + text.slice(at)
}

interface Token {
  readonly name: string
  readonly isName: boolean
  readonly end: number
}

function next(text: string, from: number): Token | undefined {
  const start = text.indexOf('"', from)
  if (start < 0) return undefined
  const end = endOfString(text, start)
  colon.lastIndex = end
  if (!colon.test(text)) return { name: '', isName: false, end }
  return { name: unescapeName(text.slice(start + 1, end - 1)), isName: true, end: colon.lastIndex }
}

function unescapeName(name: string): string {
  if (!name.includes('\\')) return name
  try {
    return String(JSON.parse(`"${name}"`))
  } catch {
    return name
  }
}

/** Where a value ends: at the end of the text when it is cut off. */
function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start)
  if (text[start] !== '{' && text[start] !== '[')
    return start + (/^[^,}\]\s]*/.exec(text.slice(start))?.[0].length ?? 0)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') depth += 1
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return text.length
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

/** `name=value`, `name: value`, and the elements of XML. */
function redactPlain(text: string, hides: Hides): string {
  return text
    .replaceAll(/<([\w:.-]{1,100})((?:\s[^<>]*)?)>([^<]+)/g, (all, name: string, rest: string) =>
      hides(name) ? `<${name}${rest}>${redacted}` : all,
    )
    .replaceAll(
      /([\w.-]{1,100})(\s{0,9}[=:]\s{0,9})("[^"\n]*"?|'[^'\n]*'?|[^\s"'<>&,;]+)/g,
      (all, name: string, sign: string) => (hides(name) ? `${name}${sign}${redacted}` : all),
    )
}

/** Credentials that no name tells of. */
function redactAnywhere(text: string): string {
  return text
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`)
    .replaceAll(/\/\/[^/\s"'@]{1,256}@/g, `//${redacted}@`)
}
