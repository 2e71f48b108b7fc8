import { createHash } from 'node:crypto'
import { redirectUri, secret } from '../provider-clients.test-kit.ts'
import type { ProviderKit } from '../provider.test-kit.ts'

/** The access token of a user who has logged in at the client `web`. */
export async function loginOf(
  kit: ProviderKit,
  name: 'ann' | 'bob',
  asked: { readonly resource: string; readonly scope: string },
): Promise<string> {
  const verifier = 'v'.repeat(43)
  const { url } = await kit.user(name).visit(
    `${kit.issuer}/auth?${new URLSearchParams({
      ...asked,
      client_id: 'web',
      response_type: 'code',
      redirect_uri: redirectUri,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })}`,
  )
  const response = await fetch(`${kit.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`web:${secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  })
  const body: unknown = await response.json()
  if (typeof body === 'object' && body !== null && 'access_token' in body) return String(body.access_token)
  throw new Error(`The provider did not log ${name} in: ${JSON.stringify(body)}`)
}
