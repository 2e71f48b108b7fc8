/** The path of an absolute URL, still percent-encoded, without the cost of `new URL`. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i)
    if (code === 63 /* ? */ || code === 35 /* # */) return i === start ? '/' : url.slice(start, i)
  }
  return url.slice(start)
}

/** Host and port of an absolute URL. */
export function authorityOf(url: string): string {
  const start = url.indexOf('://') + 3
  let end = start
  while (end < url.length && !'/?#'.includes(url.charAt(end))) end++
  return url.slice(url.lastIndexOf('@', end) >= start ? url.lastIndexOf('@', end) + 1 : start, end)
}

/** The query of an absolute URL with its `?`, or an empty string. */
export function queryOf(url: string): string {
  const start = url.indexOf('?')
  if (start === -1) return ''
  const end = url.indexOf('#', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}
