import { log } from '@seaworthy/log'
import { parseDuration, type Duration } from '@seaworthy/middleware'

/** Work that is done again and again. */
export interface Repeated {
  /** Resolves when the work that is under way is done; nothing new begins. */
  stop(): Promise<void>
}

/** Does work now and then every so often, one after the other. What it throws is logged, and it goes on. */
export function repeat(interval: Duration, work: () => Promise<unknown>): Repeated {
  const milliseconds = parseDuration(interval)
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = Promise.resolve()
  let stopped = false
  const again = (): void => {
    running = work().then(
      () => undefined,
      (error: unknown) => log.error(error, 'repeated work failed'),
    )
    void running.then(() => {
      if (!stopped) timer = setTimeout(again, milliseconds).unref()
    })
  }
  again()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}
