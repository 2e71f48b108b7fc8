/** Why a key was refused, for the audit. The client is told none of it. */
export type ApiKeyRefusal =
  | 'malformed'
  | 'wrong_prefix'
  | 'bad_checksum'
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'not_yet_valid'
  | 'wrong_environment'
  | 'address_not_allowed'
