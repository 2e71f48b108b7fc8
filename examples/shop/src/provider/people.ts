/** Somebody who can log in. */
export interface Person {
  readonly name: string
  readonly roles: readonly string[]
}

/** Whom the identity provider of development knows: an admin, and somebody who is none. */
export const people: Readonly<Record<string, Person>> = {
  ann: { name: 'Ann', roles: ['admin'] },
  bob: { name: 'Bob', roles: [] },
}
