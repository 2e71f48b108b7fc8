import type { Middleware } from '@seaworthy/middleware'
import { isInstance } from './setting.ts'
import { ServiceError } from './service-error.ts'
import type { ServiceOptions } from './service-options.ts'

/** The options, checked, with what is off unless it is asked for. */
export interface CheckedOptions extends ServiceOptions {
  readonly guards: readonly Middleware[]
}

/** What each option may be, besides an instance or `false` for a part. */
const kinds: Readonly<Record<keyof ServiceOptions, readonly string[]>> = {
  name: ['string'],
  version: ['string'],
  checks: ['object'],
  guards: ['object'],
  log: ['object', 'off'],
  telemetry: ['object', 'off'],
  shutdown: ['object', 'function', 'off'],
  server: ['object'],
  trustProxy: ['object', 'string', 'function', 'off'],
  requestId: ['object', 'function', 'off'],
  health: ['object', 'function', 'off'],
  prometheus: ['object', 'function', 'off'],
  tracing: ['object', 'function', 'off'],
  metrics: ['object', 'function', 'off'],
  requestLog: ['object', 'function', 'off'],
  deadline: ['string', 'number', 'function', 'off'],
  bodyLimit: ['string', 'number', 'function', 'off'],
}

/**
 * Refuses what could only go wrong later, and turns off what has to be asked for.
 *
 * @throws {ServiceError} `ERR_SERVICE_OPTION` with what to write instead.
 */
export function checkOptions(options: ServiceOptions): CheckedOptions {
  if (!options?.name) throw invalid("A service needs a name. Write service({ name: 'orders' }).")
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checkKind(name, value)
  }
  const { guards = [], trustProxy = false, prometheus, telemetry } = options
  checkGuards(guards)
  const startsTelemetry = telemetry !== false && !isInstance(telemetry)
  if (!startsTelemetry && prometheus !== undefined && prometheus !== false && !isInstance(prometheus)) {
    throw invalid(
      'The endpoint of `prometheus` needs telemetry that has its reader. Let the service start telemetry, ' +
        'or write `prometheus: endpoint` for the one whose reader your telemetry was given.',
    )
  }
  // An endpoint whose reader nobody has could only answer 503.
  return { ...options, guards, trustProxy, ...(!startsTelemetry && prometheus === undefined && { prometheus: false }) }
}

function checkKind(name: string, value: unknown): void {
  if (!isOption(name)) {
    throw invalid(`There is no option \`${name}\`. There are: ${Object.keys(kinds).join(', ')}.`)
  }
  if (typeof value === 'function' && kinds[name].includes('function') && !('hooks' in value)) {
    throw invalid(`\`${name}\` is a function that is no middleware of Seaworthy. Write \`${name}: ${name}()\`.`)
  }
  const kind = value === false ? 'off' : value === null ? 'null' : typeof value
  if (!kinds[name].includes(kind)) {
    throw invalid(`\`${name}\` cannot be ${describe(kind)}. Write ${kinds[name].map(describe).join(', or ')}.`)
  }
}

function isOption(name: string): name is keyof ServiceOptions {
  return Object.hasOwn(kinds, name)
}

function checkGuards(guards: readonly Middleware[]): void {
  if (!Array.isArray(guards)) throw invalid('`guards` is a list. Write `guards: [limits, policy]`.')
  for (const guard of guards) {
    if (typeof guard === 'function' && 'hooks' in guard) continue
    throw invalid(
      'Each of `guards` is a middleware of Seaworthy. Mount others in the application, after the service: ' +
        '`app.use(svc)`, then `app.use(other)`.',
    )
  }
}

const words: Readonly<Record<string, string>> = {
  boolean: '`true`',
  function: 'an instance',
  number: 'a number',
  object: 'an object',
  off: '`false`',
  string: 'a text',
}

function describe(kind: string): string {
  return words[kind] ?? `\`${kind}\``
}

function invalid(message: string): ServiceError {
  return new ServiceError('ERR_SERVICE_OPTION', message)
}
