/** An object whose members may be `undefined` where the object it becomes must leave them out. */
export type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

/** The same settings without those that are `undefined`. */
export function present<T extends object>(settings: Loose<T>): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T
}
