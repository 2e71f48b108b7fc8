/** The end of something that had a time limit. */
export type Within = 'done' | 'late' | { readonly error: unknown }

/**
 * Runs something for at most `ms` milliseconds. Its signal aborts when the time is over; what it does afterwards is
 * dropped. The timer keeps the process alive: something that waits for nothing must not end it early.
 */
export async function within(ms: number, run: (signal: AbortSignal) => unknown): Promise<Within> {
  const controller = new AbortController()
  const running = settled(run, controller.signal)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Within>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), 'late')
  })
  const result = await Promise.race([running, late])
  clearTimeout(timer)
  if (result === 'late') controller.abort(new DOMException(`Not done within ${Math.round(ms)} ms.`, 'TimeoutError'))
  return result
}

async function settled(run: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<Within> {
  try {
    await run(signal)
    return 'done'
  } catch (error) {
    return { error }
  }
}
