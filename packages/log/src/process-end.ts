/** What must be done before the process ends. */
export interface Unfinished {
  /** Does it at once, waiting for a bounded time where needed. */
  finish(): void
}

const unfinished = new Set<Unfinished>()
let isListening = false
let isLast = false

/** Has {@link Unfinished.finish} called when the process ends, in any way that JavaScript gets to know of. */
export function finishAtEnd(work: Unfinished): void {
  unfinished.add(work)
  listen()
}

/** Takes back {@link finishAtEnd}. */
export function isFinished(work: Unfinished): void {
  unfinished.delete(work)
}

/** Whether the event loop will not turn again. */
export function isEnding(): boolean {
  return isLast
}

/** What is added meanwhile is finished too: a request gives its lines to a writer. */
function finishAll(): void {
  for (const work of unfinished) work.finish()
}

function listen(): void {
  if (isListening) return
  isListening = true
  process.on('beforeExit', finishAll)
  process.on('uncaughtExceptionMonitor', finishAll)
  process.on('exit', () => {
    isLast = true
    finishAll()
  })
}
