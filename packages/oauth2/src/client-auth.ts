import * as oauth from 'oauth4webapi'
import { OAuth2Error } from './oauth2-error.ts'
import { importPrivateKey, type PrivateJwk } from './private-key.ts'

/** How a client shows to a provider who it is (RFC 6749 §2.3, RFC 7523, RFC 8705). */
export type ClientAuth =
  | {
      readonly method: 'client_secret_basic'
      readonly secret: string
      /**
       * How the client id and the secret are written: percent-encoded as RFC 6749 §2.3.1 says, or as they are, for
       * providers that do not decode them.
       *
       * @default 'percent'
       */
      readonly encoding?: 'percent' | 'raw'
    }
  | { readonly method: 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt'
      /** A private key that may sign, or a private JWK with `alg`. */
      readonly key: CryptoKey | PrivateJwk
      /** @default the `kid` of the JWK */
      readonly kid?: string
      /** The `aud` of the assertion, for providers that ask for another. @default the issuer */
      readonly audience?: string
    }
  /** Mutual TLS: the certificate is that of the option `fetch`. */
  | { readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth' }
  /** A public client, such as a command line. */
  | { readonly method: 'none' }

/** What oauth4webapi takes for a {@link ClientAuth}, and what goes with it. */
export interface PreparedAuth {
  readonly authenticate: oauth.ClientAuth
  /** Whether the endpoints for mutual TLS are to be used (RFC 8705 §5). */
  readonly isMutualTls: boolean
}

/**
 * Prepares the authentication of a client, once.
 *
 * @param now - The time in milliseconds, for the assertions of `private_key_jwt`.
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when a secret is empty, a key cannot sign, or the method is unknown.
 */
export function prepareAuth(auth: ClientAuth, now: () => number): PreparedAuth {
  switch (auth.method) {
    case 'client_secret_basic': {
      const secret = checkSecret(auth.secret)
      return plain(auth.encoding === 'raw' ? rawBasic(secret) : oauth.ClientSecretBasic(secret))
    }
    case 'client_secret_post':
      return plain(oauth.ClientSecretPost(checkSecret(auth.secret)))
    case 'private_key_jwt':
      return plain(privateKeyJwt(auth, now))
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return { authenticate: oauth.TlsClientAuth(), isMutualTls: true }
    case 'none':
      return plain(oauth.None())
    default:
      throw new OAuth2Error('ERR_OAUTH2_OPTION', `clientAuth.method is unknown. Write one of: ${methods.join(', ')}.`)
  }
}

const methods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
]

function plain(authenticate: oauth.ClientAuth): PreparedAuth {
  return { authenticate, isMutualTls: false }
}

function checkSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret !== '') return secret
  throw new OAuth2Error('ERR_OAUTH2_OPTION', 'clientAuth.secret is empty. Is the variable that it comes from set?')
}

/** RFC 7617 without the encoding that RFC 6749 §2.3.1 puts before it. */
function rawBasic(secret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    const bytes = new TextEncoder().encode(`${client.client_id}:${secret}`)
    headers.set('authorization', `Basic ${btoa(String.fromCharCode(...bytes))}`)
  }
}

function privateKeyJwt(
  { key, kid, audience }: Extract<ClientAuth, { method: 'private_key_jwt' }>,
  now: () => number,
): oauth.ClientAuth {
  const imported = importPrivateKey(key, kid)
  return async function authenticate(...call) {
    const prepared = oauth.PrivateKeyJwt(await imported(), {
      [oauth.modifyAssertion](_header, payload) {
        const seconds = Math.floor(now() / 1000)
        Object.assign(payload, { iat: seconds, nbf: seconds, exp: seconds + 60 })
        if (audience !== undefined) Object.assign(payload, { aud: audience })
      },
    })
    await prepared(...call)
  }
}
