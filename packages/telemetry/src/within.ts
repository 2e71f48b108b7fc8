/**
 * Waits for work that does not fail, but no longer than `ms`. What it does later is left to itself.
 *
 * @returns Whether the work was done in time.
 */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)))
  const done = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return done
}
