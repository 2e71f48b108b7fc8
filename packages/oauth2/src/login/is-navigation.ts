import type { Exchange } from '@seaworthy/middleware'

/** Whether a browser asks for a page, so that it can be sent elsewhere, rather than a script for data. */
export function isNavigation(x: Exchange): boolean {
  if (x.method !== 'GET' && x.method !== 'HEAD') return false
  return wantsPage(x)
}

/** Whether whoever asks is a browser that shows the answer, whatever the method. */
export function wantsPage(x: Exchange): boolean {
  const mode = x.header('sec-fetch-mode')
  if (mode !== undefined) return mode === 'navigate'
  // Without Fetch Metadata: an old browser, or none.
  return x.header('x-requested-with') === undefined && (x.header('accept') ?? '').includes('text/html')
}
