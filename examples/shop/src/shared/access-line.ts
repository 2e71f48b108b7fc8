import type { RequestLogOptions } from '@seaworthy/log'

/** What the message of an access line says already, and what developers do not ask for. */
const left = [
  ...['http.request.method', 'http.route', 'url.path', 'http.response.status_code', 'client.address'],
  ...['http.request.body.size', 'http.response.body.size'],
]
const without = Object.fromEntries(left.map((name) => [name, undefined]))

/** Access lines for people are short: on a terminal, and while no collector gets them as well. */
export function accessLine(): RequestLogOptions {
  const isForPeople = process.stdout.isTTY && !process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
  return isForPeople ? { fields: () => without } : {}
}
