/** Longer ones would take the room of the other cookies. */
const longest = 512

/**
 * Where somebody is sent after a login: a path of this origin with its query, or `/` for anything else, such as
 * `//evil.example`, `/\evil.example` or `https:evil.example`.
 */
export function returnPath(given: string | null | undefined): string {
  // A browser drops tabs and line breaks, and takes a backslash for a slash: neither belongs into an address.
  if (!given || given.length > longest || !/^\/(?![/\\])[\x21-\x7e]*$/.test(given) || given.includes('\\')) return '/'
  const url = URL.parse(given, base)
  // Dots may leave two slashes at the beginning: `/.//evil.example`.
  return url && url.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/'
}

const base = 'https://origin.invalid'
