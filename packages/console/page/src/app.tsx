import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Help } from './shell/help.tsx'
import { Rail } from './shell/rail.tsx'
import { useKeys } from './state/keys.ts'
import { meta } from './state/meta.ts'
import { go, hrefOf, place, type View, views } from './state/place.ts'
import { switchTheme } from './state/theme.ts'
import { ConfigView } from './views/config-view.tsx'
import { HealthView } from './views/health-view.tsx'
import { LogsView } from './views/logs-view.tsx'
import { MapView } from './views/map-view.tsx'
import { MetricsView } from './views/metrics-view.tsx'
import { RequestsView } from './views/requests-view.tsx'
import { RoutesView } from './views/routes-view.tsx'
import { TraceView } from './views/trace-view.tsx'

const shown: Readonly<Record<View, () => JSX.Element>> = {
  requests: RequestsView,
  traces: TraceView,
  logs: LogsView,
  metrics: MetricsView,
  health: HealthView,
  routes: RoutesView,
  map: MapView,
  config: ConfigView,
}

/** The page: the rail, and the view that the address names. */
export function App(): JSX.Element {
  const { view, id } = place.value
  const help = useRef<HTMLDialogElement>(null)
  const name = meta.value?.service.name

  useKeys({
    '?': () => help.current?.showModal(),
    t: switchTheme,
    ...Object.fromEntries(views.map((each, index) => [String(index + 1), () => go(hrefOf(each))])),
  })

  useEffect(() => {
    const title = view === 'traces' ? `Trace ${id?.slice(0, 8)}` : titleOf(view)
    document.title = name === undefined ? title : `${title} · ${name}`
  }, [view, id, name])

  const Shown = shown[view]
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        Skip to the content
      </button>
      <Rail onHelp={() => help.current?.showModal()} />
      <main tabIndex={-1} key={view === 'traces' ? `traces/${id}` : view}>
        <Shown />
      </main>
      <Help dialog={help} />
    </>
  )
}

function titleOf(view: View): string {
  return view.slice(0, 1).toUpperCase() + view.slice(1)
}
