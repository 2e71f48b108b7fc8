/** What a newcomer reads when both services are up. */
export function banner(urls: { readonly orders: string; readonly inventory: string }): string {
  const json = `-H 'content-type: application/json'`
  const rows = [
    ['orders', urls.orders],
    ['inventory', urls.inventory],
    ['telemetry', telemetry()],
  ]
  return `
  The shop is open.

${rows.map(([name, value]) => `    ${name?.padEnd(12)}${value}`).join('\n')}

  Place an order, and look at it:

    curl -d '{"sku":"tea","quantity":1}' ${json} ${urls.orders}/orders
    curl '${urls.orders}/orders?limit=5'
    curl -N ${urls.orders}/orders/<id>/events
    curl -X POST ${urls.orders}/orders/<id>/cancel
    curl ${urls.inventory}/inventory/tea

  Ask how it is:

    curl ${urls.orders}/healthz
    curl ${urls.orders}/metrics

  npx -y pnpm@12.21.0 traffic sends requests like those of people. Ctrl-C stops both services, Ctrl-C again at once.

`
}

function telemetry(): string {
  const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (endpoint !== undefined && endpoint !== '') return `OTLP to ${withoutCredentials(endpoint)}`
  return 'stays here: set OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 to send it to a collector'
}

function withoutCredentials(endpoint: string): string {
  try {
    const url = new URL(endpoint)
    url.username = ''
    url.password = ''
    return url.href
  } catch {
    return 'an endpoint that is no URL'
  }
}
