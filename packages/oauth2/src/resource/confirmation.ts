/** The keys that a token is bound to (RFC 7800). */
export interface Confirmation {
  /** The thumbprint of a key for DPoP (RFC 9449 §6.1). */
  readonly jkt: string | undefined
  /** The thumbprint of a certificate (RFC 8705 §3.1). */
  readonly x5t: string | undefined
}

const unbound: Confirmation = { jkt: undefined, x5t: undefined }

/**
 * Reads `cnf` of a token, or says why the token is refused: a binding that is not understood is one that nobody
 * checked.
 */
export function readConfirmation(cnf: unknown): Confirmation | string {
  if (cnf === undefined) return unbound
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return 'a binding that is none'
  let { jkt, x5t } = unbound
  const members: (readonly [string, unknown])[] = Object.entries(cnf)
  if (members.length === 0) return 'a binding to nothing'
  for (const [name, value] of members) {
    if (!isThumbprint(value)) return 'a binding that cannot be checked'
    if (name === 'jkt') jkt = value
    else if (name === 'x5t#S256') x5t = value
    else return 'a binding of another kind'
  }
  return { jkt, x5t }
}

/** A SHA-256 digest as base64url. */
function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value)
}
