import type { Config } from '@seaworthy/config'
import type { spec } from './orders/config.ts'
import { passwordFile } from './shared/development-secrets.ts'
import { localUrl } from './shared/local-url.ts'

/** What a newcomer reads when both services are up. It says where secrets are, and shows none. */
export function banner(
  urls: { readonly orders: string; readonly inventory: string },
  cfg: Pick<Config<typeof spec>, 'oidcIssuer' | 'providerAddr' | 'publicUrl' | 'developmentFolder' | 'adminUsers'>,
): string {
  const json = `-H 'content-type: application/json'`
  const bearer = `-H "authorization: Bearer $TOKEN"`
  /** A command that takes a member out of JSON, on a machine that has no jq. */
  const member = (name: string): string => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`
  const rows = [
    ['console', `${urls.orders}/_console   open it first: it shows what both services do`],
    ['orders', urls.orders],
    ['inventory', urls.inventory],
    ['telemetry', telemetry()],
    [
      'identity',
      cfg.oidcIssuer ?? `${localUrl(cfg.providerAddr)}   for development; OIDC_ISSUER=https://… takes a real one`,
    ],
  ]
  return `
  The shop is open.

${rows.map(([name, value]) => `    ${name?.padEnd(12)}${value}`).join('\n')}

  Everybody may look at what there is:

    curl ${urls.orders}/catalogue

  ${browserLogin(urls.orders, cfg)}

  In a terminal, this prints a code for your browser, waits until you have entered it there, and keeps your token:

    TOKEN=$(npx -y pnpm@12.21.0 -s run login --token)
${programToken(cfg)}
  With the token, place an order, look at it, cancel it, and watch what becomes of it:

    curl ${bearer} ${json} -d '{"sku":"tea","quantity":1}' ${urls.orders}/orders
    ORDER=$(curl -s ${bearer} '${urls.orders}/orders?limit=1' | ${member('id')})
    curl ${bearer} ${urls.orders}/orders/$ORDER
    curl ${bearer} -X POST ${urls.orders}/orders/$ORDER/cancel
    curl ${bearer} -N -m 3 ${urls.orders}/orders/$ORDER/events

  A program has a key instead, which the admin makes, rotates and revokes:

    ADMIN=${admin(cfg)}
    KEY=$(curl -s -u "$ADMIN" ${json} -d '{"owner":"you","scopes":["orders:write"]}' ${urls.orders}/admin/keys | ${member('key')})
    curl -H "x-api-key: $KEY" '${urls.orders}/orders?limit=5'
    curl -u "$ADMIN" '${urls.orders}/admin/keys?owner=you'

  Ask how it is, and who may call what:

    curl ${urls.orders}/healthz
    curl ${urls.orders}/metrics
    curl ${urls.orders}/openapi.json

  npx -y pnpm@12.21.0 routes lists the routes, npx -y pnpm@12.21.0 traffic sends requests like those of people.
  Ctrl-C stops everything, Ctrl-C again at once.

`
}

type BannerSettings = Parameters<typeof banner>[1]

function browserLogin(orders: string, cfg: BannerSettings): string {
  // By another name than the provider: as two sites, which do not see each other's cookies.
  const url = `${cfg.publicUrl ?? orders.replace('127.0.0.1', 'localhost')}/admin`
  if (cfg.oidcIssuer !== undefined) return `In a browser, log in by ${cfg.oidcIssuer}:\n\n    ${url}`
  return `In a browser, log in as ann, who is an admin, or as bob, who is none. One line tells the password of both, the
  other is the page that asks for it, and shows who you are and the keys of the shop:

    cat ${passwordFile(cfg.developmentFolder)}
    ${url}`
}

function programToken({ oidcIssuer }: BannerSettings): string {
  if (oidcIssuer !== undefined) return ''
  return `
  Or take the token of a program, at once:

    TOKEN=$(npx -y pnpm@12.21.0 -s run token --scope orders:write)
`
}

/** Where the password is, and never the password: what is printed is kept by terminals and logs. */
function admin(cfg: BannerSettings): string {
  if (cfg.adminUsers !== undefined) return `<name:password of one in ${cfg.adminUsers}>`
  return `"admin:$(cat ${passwordFile(cfg.developmentFolder)})"`
}

function telemetry(): string {
  const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (endpoint !== undefined && endpoint !== '') return `OTLP to ${withoutCredentials(endpoint)}`
  return 'goes to the console: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 sends it to a collector'
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
