import type { Exchange } from '@seaworthy/middleware'
import { bearerChallenge, denial, type Denial } from '@seaworthy/security'
import type { Dpop } from './dpop.ts'
import type { TokenType } from './find-token.ts'

/** What stands in every challenge. */
export interface ChallengeOptions {
  readonly realm: string
  /** The address of the metadata (RFC 9728 §5.1). */
  readonly metadataUrl: string | undefined
  readonly dpop: Dpop | undefined
}

/** Writes the challenges of a refusal. */
export type WriteChallenges = (refusal: Denial, scopes: readonly string[], x: Exchange) => string

const missing = denial('missing', 'no credentials')

/**
 * What writes challenges, one for each way of sending tokens. The error stands in the one that was used (RFC 9449
 * §7.2).
 *
 * @throws {SecurityError} `ERR_SECURITY_CHALLENGE` when the realm has a character that it must not have.
 */
export function challenges({ realm, metadataUrl, dpop }: ChallengeOptions): WriteChallenges {
  const common = { realm, resource_metadata: metadataUrl }
  const offered = offeredTypes(dpop)
  const parameters = { Bearer: common, DPoP: { ...common, algs: dpop?.algs } }
  const write: WriteChallenges = (refusal, scopes, x) => {
    const used = usedType(x, offered)
    return offered
      .map((type) => bearerChallenge(type === used ? refusal : missing, scopes, parameters[type], type))
      .join(', ')
  }
  // Text that no header can carry is refused now, not with the first challenge.
  bearerChallenge(missing, [], common)
  return write
}

/** The ways of sending tokens that a client is told of. */
function offeredTypes(dpop: Dpop | undefined): readonly [TokenType, ...TokenType[]] {
  if (!dpop) return ['Bearer']
  return dpop.required ? ['DPoP'] : ['Bearer', 'DPoP']
}

function usedType(x: Exchange, offered: readonly [TokenType, ...TokenType[]]): TokenType {
  const sent = x.header('authorization')?.split(' ', 1)[0]?.toLowerCase()
  return offered.find((type) => type.toLowerCase() === sent) ?? offered[0]
}
