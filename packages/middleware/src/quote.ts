/** A value as an error message shows it: quoted when it is text, cut when it is long. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? typeof value : String(value)
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
}
