import { OAuth2Error } from '../oauth2-error.ts'
import type { ClientOptions } from './client-options.ts'

/** What a client says of itself elsewhere, or what the protocol sets. */
const reserved = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'resource',
]

/**
 * The parameters of a token request.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when a scope, a resource or a parameter cannot be sent.
 */
export function requestParameters({
  scope = [],
  resource = [],
  parameters = {},
}: Pick<ClientOptions, 'scope' | 'resource' | 'parameters'>): URLSearchParams {
  const result = new URLSearchParams(parameters)
  for (const name of reserved) {
    if (result.has(name)) throw wrong(`parameters.${name} is set by the option of its own`)
  }
  const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : scope
  // RFC 6749 §3.3
  if (!scopes.every((each) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each))) {
    throw wrong('scope has a character that scopes do not have')
  }
  if (scopes.length > 0) result.set('scope', scopes.join(' '))
  for (const each of typeof resource === 'string' ? [resource] : resource) {
    // RFC 8707 §2
    if (!URL.canParse(each) || each.includes('#')) throw wrong('resource is an absolute URI without a fragment')
    result.append('resource', each)
  }
  return result
}

function wrong(what: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `${what}.`)
}
