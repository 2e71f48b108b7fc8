const longest = 2_000
const mark = '[redacted]'
const secretNames = [
  'pass(?:word|wd|phrase|code)?',
  'pwd?',
  'secret',
  'token',
  'credentials?',
  '(?:api|access|private|account)[-_]?key',
  'auth(?:orization)?',
  'cookie',
  'sig(?:nature)?',
].join('|')
const quoted = String.raw`"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?`
const assigned = new RegExp(String.raw`((?:[\w-]*(?:${secretNames})["']?\s*[=:]\s*)+)(?:${quoted}|[^\s&]+)`, 'gi')

/**
 * A text without the secrets that messages of clients are known to repeat: the credentials of connection strings,
 * values named like a password, a token or a key, and `Bearer` and `Basic` credentials.
 *
 * It takes out too much rather than too little.
 */
export function redact(text: string): string {
  return shorten(text)
    .split('\n')
    .map(withoutUserInfo)
    .join('\n')
    .replace(/\b(bearer|basic|digest)\s+[\w.~+/=-]{4,}/gi, `$1 ${mark}`)
    .replace(assigned, `$1${mark}`)
    .replace(/\beyJ[\w-]+(?:\.[\w-]+)*/g, mark)
    .replace(/[^\s/:@"'`]+:(?!\/\/)[^\s@"'`]+@/g, `${mark}@`)
}

/** Cuts a long text where no secret can be cut in two: half of a connection string is not recognised any more. */
function shorten(text: string): string {
  if (text.length <= longest) return text
  const kept = text.slice(0, longest)
  const word = Math.max(kept.lastIndexOf(' '), kept.lastIndexOf('\n'), 0)
  const url = kept.lastIndexOf('://')
  const isOpen = url > kept.lastIndexOf('@')
  return `${kept.slice(0, isOpen ? Math.min(word, url) : word)} …`
}

/** A password may itself contain `@`, `/` and blanks: all up to the last `@` of the line goes. */
function withoutUserInfo(line: string): string {
  const scheme = line.indexOf('://')
  const at = line.lastIndexOf('@')
  if (scheme === -1 || at < scheme) return line
  return `${line.slice(0, scheme + 3)}${mark}${line.slice(at)}`
}
