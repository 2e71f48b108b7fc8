import type { Middleware } from '@seaworthy/middleware'
import { startsTelemetry, turnedOff } from './turned-off.ts'
import { ServiceError } from './service-error.ts'
import type { ServiceOptions } from './service-options.ts'

/** The options, checked, with what is off unless it is asked for. */
export interface CheckedOptions extends ServiceOptions {
  readonly guards: readonly Middleware[]
}

/** What each option may be. */
const kinds: Readonly<Record<keyof ServiceOptions, readonly string[]>> = {
  name: ['string'],
  version: ['string'],
  checks: ['object'],
  config: ['function'],
  guards: ['object'],
  log: ['object', 'off'],
  telemetry: ['object', 'off'],
  runtimeMetrics: ['object', 'off'],
  shutdown: ['object', 'instance', 'off'],
  server: ['object'],
  trustProxy: ['object', 'string', 'instance', 'off'],
  requestId: ['object', 'instance', 'off'],
  health: ['object', 'instance', 'off'],
  prometheus: ['object', 'instance', 'off'],
  tracing: ['object', 'instance', 'off'],
  metrics: ['object', 'instance', 'off'],
  requestLog: ['object', 'instance', 'off'],
  debug: ['object', 'instance', 'off'],
  console: ['object', 'instance', 'off'],
  deadline: ['string', 'number', 'instance', 'off'],
  bodyLimit: ['string', 'number', 'instance', 'off'],
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
  const { guards = [], trustProxy = false } = options
  checkGuards(guards)
  checkTelemetry(options)
  return { ...options, ...turnedOff(options), guards, trustProxy }
}

/** Parts that show the telemetry which the service starts, and how else they come by some. */
const needTelemetry = {
  prometheus: '`prometheus: endpoint` for the one whose reader your telemetry was given',
  console: '`console: page` for the one that your telemetry has as its `tap`',
} as const

function checkTelemetry(options: ServiceOptions): void {
  if (startsTelemetry(options)) return
  for (const name of ['prometheus', 'console'] as const) {
    if (typeof options[name] !== 'object') continue
    throw invalid(`\`${name}\` needs telemetry. Let the service start it, or write ${needTelemetry[name]}.`)
  }
}

function checkKind(name: string, value: unknown): void {
  if (!isOption(name)) {
    throw invalid(`There is no option \`${name}\`. There are: ${Object.keys(kinds).join(', ')}.`)
  }
  const kind = kindOf(value)
  if (kind === 'function' && kinds[name].includes('instance')) {
    const maker = name === 'console' ? 'consolePage' : name
    throw invalid(`\`${name}\` is a function that is no middleware of Seaworthy. Write \`${name}: ${maker}()\`.`)
  }
  if (!kinds[name].includes(kind)) {
    throw invalid(`\`${name}\` cannot be ${describe(kind)}. Write ${kinds[name].map(describe).join(', or ')}.`)
  }
}

function kindOf(value: unknown): string {
  if (value === false) return 'off'
  if (value === null) return 'null'
  if (typeof value === 'function') return 'hooks' in value ? 'instance' : 'function'
  return typeof value
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
  function: 'a function',
  instance: 'an instance',
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
