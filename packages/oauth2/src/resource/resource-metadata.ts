import { middleware, type Middleware } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'
import { resourceUrl } from './resource-url.ts'

/** What is published of this service for clients that do not know it yet (RFC 9728). */
export interface ResourceMetadataOptions {
  /** The issuers whose tokens it takes. @default those of `jwt` and `introspection` */
  readonly authorizationServers?: readonly string[]
  /** For people. @default none */
  readonly resourceName?: string
  /** A page for developers. */
  readonly documentation?: string
  /** A page on how data may be used. */
  readonly policy?: string
  /** The terms of service. */
  readonly terms?: string
  /** Any other members. They do not replace those that follow from the options. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** What follows from the options of the service. */
export interface KnownMetadata {
  readonly resource: string
  readonly issuers: readonly string[]
  readonly scopes: readonly string[]
  readonly dpop: { readonly algs: string; readonly required: boolean } | undefined
  readonly mtls: boolean
}

/** The metadata, where they are, and what answers with them. */
export interface ResourceMetadata {
  /** The address of the metadata. */
  readonly url: string
  readonly routes: Middleware
}

const wellKnown = '/.well-known/oauth-protected-resource'

/**
 * The metadata of this service.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when the resource is no address.
 */
export function resourceMetadata(options: ResourceMetadataOptions, known: KnownMetadata): ResourceMetadata {
  const { origin, pathname, search } = resourceUrl('resource', known.resource)
  // RFC 9728 §3.1: between host and path, without the slash that ends the host.
  const path = wellKnown + (pathname === '/' ? '' : pathname)
  const document = JSON.stringify(documentOf(options, known))
  return { url: origin + path + search, routes: answering(path, search, document) }
}

function documentOf(
  options: ResourceMetadataOptions,
  { resource, issuers, scopes, dpop, mtls }: KnownMetadata,
): object {
  const { authorizationServers = issuers, resourceName, documentation, policy, terms, more } = options
  if (authorizationServers.length === 0) {
    throw new OAuth2Error(
      'ERR_OAUTH2_OPTION',
      'metadata.authorizationServers is needed: no issuer is known. Or write metadata: false.',
    )
  }
  return {
    ...more,
    resource,
    authorization_servers: authorizationServers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    ...(resourceName !== undefined && { resource_name: resourceName }),
    ...(documentation !== undefined && { resource_documentation: documentation }),
    ...(policy !== undefined && { resource_policy_uri: policy }),
    ...(terms !== undefined && { resource_tos_uri: terms }),
    ...(mtls && { tls_client_certificate_bound_access_tokens: true }),
    ...(dpop && {
      dpop_signing_alg_values_supported: dpop.algs.split(' '),
      dpop_bound_access_tokens_required: dpop.required,
    }),
  }
}

/** Clients in browsers read it as well, from other origins: it is public. */
const headers = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=3600',
  'access-control-allow-origin': '*',
}

function answering(path: string, search: string, document: string): Middleware {
  return middleware({
    name: 'resourceMetadata',
    before(x) {
      if (x.path !== path || (search !== '' && !x.url.endsWith(search))) return
      switch (x.method) {
        case 'GET':
          return new Response(document, { headers })
        case 'HEAD':
          return new Response(null, { headers })
        case 'OPTIONS':
          return preflight()
        default:
          return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } })
      }
    },
  })
}

function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
      'access-control-max-age': '3600',
    },
  })
}

/** What answers where nothing is published. */
export function noMetadata(): Middleware {
  return middleware({ name: 'resourceMetadata' })
}
