/** Collects garbage where the runtime was started with `--expose-gc`. */
export function collectGarbage(): void {
  const collect: unknown = Reflect.get(globalThis, 'gc')
  if (typeof collect === 'function') collect()
}
