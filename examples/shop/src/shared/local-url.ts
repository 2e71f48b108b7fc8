/** The URL by which this machine reaches a listening address such as `:8080` or `[::1]:8080`. */
export function localUrl(address: string): string {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? []
  const reachable = host === '' || host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
  return `http://${reachable}:${port}`
}
