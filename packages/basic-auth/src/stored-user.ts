/** A user as it is stored. */
export interface StoredUserBase {
  /** What `hashPassword()` made, or another hash of a known kind. */
  readonly hash: string
  /** The identifier of the user. @default the name */
  readonly subject?: string
  /** What the user may do. @default what `scopesOf` says */
  readonly scopes?: readonly string[]
}

/** A user as it is stored. Where there are claims, each user has them. */
export type StoredUser<User> = StoredUserBase &
  ({ readonly claims: User } | (null extends User ? { readonly claims?: null } : never))

/** A user of the option `users`: a hash alone, or with what belongs to it. */
export type ListedUser<User> = StoredUser<User> | (null extends User ? string : never)
