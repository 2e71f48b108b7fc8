import type { RequestLogOptions } from '@seaworthy/log'

/** What the message of an access line says already, and what is the same for all requests of a developer. */
const known = Object.fromEntries(
  ['http.request.method', 'url.path', 'http.response.status_code', 'client.address'].map((name) => [name, undefined]),
)

/** Access lines for people are short: on a terminal, and while no collector gets them as well. */
export function accessLine(): RequestLogOptions {
  const isForPeople = process.stdout.isTTY && !process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
  return isForPeople ? { fields: () => known } : {}
}
