const longest = 2_000
const mark = '[redacted]'
const secretNames =
  'pass(?:word|wd|phrase|code)?|pwd|pw|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|auth|authorization|cookie|sig|signature'
const assigned = new RegExp(
  `((?:^|[^a-z0-9])(?:[a-z0-9]+[-_])*(?:${secretNames})["']?\\s*[=:]\\s*)("[^"]*"?|'[^']*'?|[^\\s&;,)}\\]]+)`,
  'gi',
)

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
    .replace(/[^\s/:@"'`]+:[^\s@"'`]+@/g, `${mark}@`)
}

/** Cuts a long text where no secret can be cut in two: half of a connection string is not recognised any more. */
function shorten(text: string): string {
  if (text.length <= longest) return text
  const kept = text.slice(0, longest)
  const safe = Math.max(kept.lastIndexOf('\n'), 0) || Math.max(kept.lastIndexOf(' '), 0)
  const url = kept.lastIndexOf('://')
  return `${kept.slice(0, url > kept.lastIndexOf('@') && url > 0 ? Math.min(safe, url) : safe)} …`
}

/** A password may itself contain `@`, `/` and blanks: all up to the last `@` of the line goes. */
function withoutUserInfo(line: string): string {
  const scheme = line.indexOf('://')
  const at = line.lastIndexOf('@')
  if (scheme === -1 || at < scheme) return line
  return `${line.slice(0, scheme + 3)}${mark}${line.slice(at)}`
}
