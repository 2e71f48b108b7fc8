// Bun gives a request whose Host header is malformed a URL without scheme and authority: `/path?query`.
const isRelative = (url: string): boolean => url.startsWith('/')

/** The scheme of a URL, without the cost of `new URL`. */
export function schemeOf(url: string): string {
  return isRelative(url) ? 'http' : url.slice(0, url.indexOf(':'))
}

/** The path of a URL, still percent-encoded. */
export function pathOf(url: string): string {
  const start = isRelative(url) ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i)
    if (code === 63 /* ? */ || code === 35 /* # */) return url.slice(start, i)
  }
  return url.slice(start)
}

/** Host and port of a URL. */
export function authorityOf(url: string): string {
  if (isRelative(url)) return ''
  let start = url.indexOf('://') + 3
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i)
    if (code === 47 /* / */ || code === 63 /* ? */ || code === 35 /* # */) return url.slice(start, i)
    if (code === 64 /* @ */) start = i + 1
  }
  return url.slice(start)
}

/** The query of a URL with its `?`, or an empty string. */
export function queryOf(url: string): string {
  const [beforeFragment = ''] = url.split('#', 1)
  const start = beforeFragment.indexOf('?')
  return start === -1 ? '' : beforeFragment.slice(start)
}
