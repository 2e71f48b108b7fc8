import { Buffer } from 'node:buffer'
import * as oauth from 'oauth4webapi'
import type { JsonObject } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from '../oauth2-error.ts'
import { accepted } from '../provider-answer.ts'
import type { ProviderClient } from '../provider-client.ts'

/** Asks what a token is good for. */
export type Introspect = (token: string) => Promise<JsonObject>

/**
 * A client of an introspection endpoint (RFC 7662 §2).
 *
 * It rejects with an {@link OAuth2Error} when there is no answer, or one that is none: a redirect, HTML, a status other
 * than 200, or JSON without `active`. What it says has nothing of the token.
 */
export function introspectionEndpoint(provider: ProviderClient, endpoint: string | undefined): Introspect {
  const { server, client, authenticate } = provider

  async function metadata(): Promise<oauth.AuthorizationServer> {
    if (endpoint !== undefined) return { issuer: server.issuer, introspection_endpoint: endpoint }
    const found = await server.metadata()
    if (found.introspection_endpoint !== undefined) return found
    throw new OAuth2Error('ERR_OAUTH2_DISCOVERY', 'The issuer has no introspection_endpoint in its metadata.')
  }

  return async (token) => {
    const response = await oauth.introspectionRequest(await metadata(), client, authenticate, token, {
      ...provider.requestOptions(),
      additionalParameters: { token_type_hint: 'access_token' },
    })
    return answerOf(await accepted(response))
  }
}

async function answerOf(response: Response): Promise<JsonObject> {
  if (response.status !== 200 || !/^application\/json(?:\s*;|$)/i.test(response.headers.get('content-type') ?? '')) {
    throw noAnswer()
  }
  const answer = parsed(await response.text())
  if (!isObject(answer) || answer['active'] === undefined) throw noAnswer()
  return answer
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function noAnswer(): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_RESPONSE', 'The introspection endpoint gave an answer that is none of RFC 7662.')
}

/** The longest token that is asked about, in bytes. */
const longest = 8192

/** Whether a token has the form that RFC 6750 §2.1 allows: nothing else is worth a question. */
export function isWellFormed(token: string): boolean {
  return Buffer.byteLength(token) <= longest && /^[\w.~+/-]+=*$/.test(token)
}
