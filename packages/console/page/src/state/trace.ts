import { useEffect, useState } from 'preact/hooks'
import type { LogEntry, LogPage, SpanDetail, Trace } from '../../../src/api.ts'
import { ask, AskError } from './ask.ts'
import { connections, listen } from './live.ts'

/** A trace with its log lines, as far as they were read. */
export interface TraceState {
  readonly trace: Trace | undefined
  readonly logs: readonly LogEntry[]
  /** Why there is no trace. */
  readonly problem: AskError | undefined
}

const nothing: TraceState = { trace: undefined, logs: [], problem: undefined }
/** Other services report in batches: a trace is read again for a while after it was opened. */
const again = [1000, 3000, 6000] as const

/** Reads a trace, and again whenever more of it may have arrived. */
export function useTrace(id: string): TraceState {
  const [state, setState] = useState(nothing)
  const connected = connections.value

  useEffect(() => {
    let gone = false
    let soon: ReturnType<typeof setTimeout> | undefined

    async function load(): Promise<void> {
      try {
        const [trace, page] = await Promise.all([
          ask<Trace>(`api/traces/${encodeURIComponent(id)}`),
          ask<LogPage>('api/logs', { trace: id, limit: '1000' }),
        ])
        if (!gone)
          setState((last) => (isSame(last, trace, page) ? last : { trace, logs: page.logs, problem: undefined }))
      } catch (error) {
        // What was read stays: a service that restarts has forgotten the trace, the reader has not.
        if (!gone && error instanceof AskError) setState((last) => ({ ...last, problem: error }))
      }
    }

    function loadSoon(): void {
      clearTimeout(soon)
      soon = setTimeout(() => void load(), 120)
    }

    void load()
    const timers = again.map((delay) => setTimeout(() => void load(), delay))
    const stop = [
      listen('requests', ({ requests }) => requests.some(({ traceId }) => traceId === id) && loadSoon()),
      listen('logs', ({ logs }) => logs.some(({ traceId }) => traceId === id) && loadSoon()),
    ]
    return () => {
      gone = true
      clearTimeout(soon)
      timers.forEach(clearTimeout)
      stop.forEach((each) => each())
    }
  }, [id, connected])

  return state
}

function isSame({ trace, logs, problem }: TraceState, next: Trace, page: LogPage): boolean {
  const unchanged = trace?.spans.length === next.spans.length && trace.durationMs === next.durationMs
  return unchanged && problem === undefined && logs.length === page.logs.length
}

const details = new Map<string, SpanDetail>()
const mostDetails = 200

/** Everything about a span; undefined until it was read. */
export function useSpanDetail(traceId: string, spanId: string | undefined): SpanDetail | undefined {
  const key = `${traceId}/${spanId}`
  const [, setRead] = useState('')
  useEffect(() => {
    if (spanId === undefined || details.has(key)) return
    ask<SpanDetail>(`api/traces/${encodeURIComponent(traceId)}/${encodeURIComponent(spanId)}`).then(
      (detail) => {
        details.set(key, detail)
        for (const oldest of details.keys()) if (details.size > mostDetails) details.delete(oldest)
        setRead(key)
      },
      () => setRead(`${key} failed`),
    )
  }, [key])
  return details.get(key)
}
