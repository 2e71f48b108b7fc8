import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { changeDebugLog, debug, debugRefusal, loadDebug } from '../state/debug.ts'
import { connections } from '../state/live.ts'

/** Buttons for what `debug` can do: log more for a while, and a flame graph. Nothing where it is not mounted. */
export function DebugControls(): JSX.Element | null {
  const now = useSeconds()
  const reconnected = connections.value
  useEffect(() => void loadDebug(), [reconnected])

  const view = debug.value
  if (!view?.available) return null
  const active = view.logging.find(({ until }) => Date.parse(until) > now)
  return (
    <div class="debug-controls">
      {view.canLog && (
        <button
          type="button"
          class={active ? 'tool on' : 'tool'}
          aria-pressed={active !== undefined}
          title={
            active
              ? `${active.level} for ${active.target}: end it`
              : 'Log everything at debug for ten minutes; it reverts by itself'
          }
          onClick={() => void changeDebugLog(active ? { revert: active.id } : { level: 'debug', for: '10m' })}
        >
          <Icon name="debug" />
          <span>Debug logging</span>
          {active && <time>{minutes(Date.parse(active.until) - now)}</time>}
        </button>
      )}
      {view.flame !== undefined && (
        <a
          class="tool"
          href={`${view.flame}?seconds=10`}
          target="_blank"
          rel="noreferrer"
          title="Watch the CPU for ten seconds, in a new tab"
        >
          <Icon name="flame" />
          <span>Flame graph, 10 s</span>
        </a>
      )}
      {debugRefusal.value !== undefined && (
        <p class="refusal" role="alert">
          {debugRefusal.value}
        </p>
      )}
    </div>
  )
}

function minutes(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The time, every second while a countdown is shown. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now())
  const counting = (debug.value?.logging.length ?? 0) > 0
  useEffect(() => {
    setNow(Date.now())
    if (!counting) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [counting])
  return now
}
