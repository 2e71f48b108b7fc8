import * as oauth from 'oauth4webapi'

/**
 * Sends a call with a token that is bound to a key, and the proof of having it (RFC 9449 §7.1). The nonce that comes
 * back is remembered for the origin.
 *
 * @param transmit - Sends the call with these headers besides its own.
 */
export async function sendWithProof(
  handle: oauth.DPoPHandle,
  accessToken: string,
  call: { readonly method: string; readonly url: URL },
  transmit: (own: Readonly<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  try {
    return await oauth.protectedResourceRequest(accessToken, call.method, call.url, undefined, null, {
      DPoP: handle,
      // Who calls has looked at the transport.
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (_url, { headers: { authorization = '', dpop = '' } }) => transmit({ authorization, dpop }),
    })
  } catch (error) {
    // A challenge is an answer like others.
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** Whether a service refused for want of its nonce (RFC 9449 §9). */
export function asksForNonce({ headers }: Response): boolean {
  const challenge = headers.get('www-authenticate') ?? ''
  return headers.has('dpop-nonce') && /\bDPoP\b[^]*\berror="?use_dpop_nonce\b/i.test(challenge)
}
