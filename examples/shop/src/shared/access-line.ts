import type { RequestLogOptions } from '@seaworthy/log'

/** What the message of an access line says already, and what developers do not ask for. */
const left = [
  ...['http.request.method', 'http.route', 'url.path', 'http.response.status_code', 'client.address'],
  ...['http.request.body.size', 'http.response.body.size'],
]
const without = Object.fromEntries(left.map((name) => [name, undefined]))

/** Access lines for people are short: on a terminal, and while no collector gets them as well. A console is for people. */
export function accessLine(): RequestLogOptions {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = process.env
  const isForPeople = process.stdout.isTTY && (!endpoint || endpoint.endsWith('/_console'))
  return isForPeople ? { fields: () => without } : {}
}
