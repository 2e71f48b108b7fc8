import type { MaybePromise } from '@seaworthy/middleware'
import { systemClock } from './clock.ts'
import { issuerResolver } from './issuer-resolver.ts'
import { JwtError } from './jwt-error.ts'
import type { JwtVerifierOptions } from './jwt-options.ts'
import type { JwksReport } from './jwks.ts'
import { trustedIssuer, type TrustedIssuer } from './trusted-issuer.ts'

/** All the issuers of a guard. */
export interface Issuers {
  /** The issuer of a name that an unverified token says. */
  find(issuer: string): MaybePromise<TrustedIssuer | undefined>
  /** Notes that an issuer has signed a token. */
  proven(issuer: TrustedIssuer): void
  warmUp(): Promise<void>
  check(signal: AbortSignal): Promise<JwksReport>
}

/**
 * The issuers from options.
 *
 * @throws {JwtError} `ERR_JWT_ISSUER` when there is none, or one twice, and what `trustedIssuer` throws.
 */
export function readIssuers<C>(options: JwtVerifierOptions<string, C>): Issuers {
  const { issuer, issuers = [], resolveIssuer, audience, algorithms, jwks, clock = systemClock } = options
  const defaults = { audience, ...(algorithms && { algorithms }) }
  const given = [...issuers, ...(issuer === undefined ? [] : [{ issuer, ...(jwks !== undefined && { jwks }) }])]
  if (issuer === undefined && jwks !== undefined) throw misplaced('jwks needs issuer')
  if (given.length === 0 && !resolveIssuer) throw misplaced('There is none')
  const fixed = given.map((each) => trustedIssuer({ ...defaults, ...each }))
  const byName = new Map(fixed.map((each) => [each.issuer, each]))
  if (byName.size < fixed.length) throw misplaced('One is there twice')
  const resolved = resolveIssuer && issuerResolver(resolveIssuer, defaults, clock)
  return {
    find: (name) => byName.get(name) ?? resolved?.find(name),
    proven: (each) => resolved?.proven(each),
    warmUp: async () => void (await Promise.all(fixed.map((each) => each.jwks.warmUp()))),
    check: async (signal) => summary(await Promise.all(fixed.map((each) => each.jwks.check(signal)))),
  }
}

function summary(reports: readonly JwksReport[]): JwksReport {
  const outputs = reports.flatMap(({ output }) => (output === undefined ? [] : [output]))
  const observedValue = reports.reduce((sum, report) => sum + report.observedValue, 0)
  const status = reports.some((report) => report.status === 'warn') ? 'warn' : 'pass'
  return { status, observedValue, observedUnit: 'keys', ...(outputs.length > 0 && { output: outputs.join('; ') }) }
}

function misplaced(what: string): JwtError {
  return new JwtError(
    'ERR_JWT_ISSUER',
    `${what}: write issuer: 'https://id.example.com', or issuers: [{ issuer, jwks }] with each once, or resolveIssuer.`,
  )
}
