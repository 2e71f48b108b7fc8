/** Whose keys they are: an owner within a tenant, or outside of any. */
export interface ApiKeyHolder {
  readonly owner: string
  readonly tenant?: string
}

/** What is known of a key, without anything that could verify it. Times are ISO 8601 in UTC. */
export interface ApiKey extends ApiKeyHolder {
  /** What names the key in audits and administration. It is no secret. */
  readonly id: string
  /** The prefix and the last four characters, for people to tell their keys apart. */
  readonly hint: string
  /** What its owner calls it. */
  readonly name?: string
  readonly scopes: readonly string[]
  /** The environment that it is for: it is refused elsewhere. Without one it holds everywhere. */
  readonly environment?: string
  /** The name of the limits that hold for it, such as a plan. */
  readonly limits?: string
  /** Address ranges that it may be used from. Without them it may be used from anywhere. */
  readonly addresses?: readonly string[]
  /** The id of the first key in this line of rotations: what limits count by, so that rotation brings no new quota. */
  readonly family: string
  readonly createdAt: string
  readonly notBefore?: string
  readonly expiresAt?: string
  readonly revokedAt?: string
  readonly lastUsedAt?: string
  /** The id of the key that rotation has put in its place. */
  readonly replacedBy?: string
}

/** A key as stores keep it. It is a value: stores never change a record that they have handed out. */
export interface ApiKeyRecord extends ApiKey {
  /** SHA-256 of the key, or HMAC-SHA-256 with the pepper, as base64url. */
  readonly digest: string
}

/** What changes in a key. */
export interface ApiKeyChange {
  /** The first one stays. */
  readonly revokedAt?: string
  /** The latest one stays. */
  readonly lastUsedAt?: string
}
