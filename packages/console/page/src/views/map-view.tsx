import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ServiceCalls, ServiceMap } from '../../../src/api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatRate, formatShare } from '../format/quantity.ts'
import { formatSpan } from '../format/time.ts'
import { layOut, type MapLayout, type PlacedCalls, type PlacedNode } from '../map/layout.ts'
import { Empty } from '../parts/empty.tsx'
import { serviceColour } from '../state/meta.ts'
import { hrefOf } from '../state/place.ts'
import { reportHere } from './report-here.ts'
import { useAnswer } from './use-answer.ts'

const renewed = 5000

/** The services and what they call, with rates and durations; each call leads to its newest trace. */
export function MapView(): JSX.Element {
  const [frame, room] = useRoom()
  const { value, problem } = useAnswer<ServiceMap>('api/map', {}, useTicks(renewed))
  return (
    <section class="view" aria-label="Map">
      <header class="toolbar">
        <h1>Map</h1>
        {value && value.calls.length > 0 && <p class="tally">the last {formatSpan(value.windowMs / 1000)}</p>}
      </header>
      <div class="scroller" ref={frame} tabIndex={-1}>
        {problem && <p class="note">{problem}</p>}
        {value?.nodes.length === 0 && (
          <Empty title="Nobody called anybody yet">
            <p>
              Services, databases and hosts appear here with the first trace that crosses between them. Another service
              joins when it reports to this console:
            </p>
            <pre>
              <code>{reportHere()}</code>
            </pre>
          </Empty>
        )}
        {value && value.nodes.length > 0 && <Drawing map={value} room={room} />}
        {value && value.calls.length > 0 && <CallTable map={value} />}
      </div>
    </section>
  )
}

function Drawing({ map, room }: { readonly map: ServiceMap; readonly room: number }): JSX.Element {
  const { width, height, box, nodes, calls } = layOut(map, room)
  const busiest = Math.max(...map.calls.map(({ rate }) => rate), 1e-9)
  return (
    <div class="map-frame">
      <svg
        class="map"
        viewBox={`-2 -8 ${width + 4} ${height + 16}`}
        width={width + 4}
        height={height + 16}
        role="group"
        aria-label="Services and their calls"
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="2"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 0L8 4L0 8z" class="arrow" />
          </marker>
          <marker
            id="arrow-bad"
            viewBox="0 0 8 8"
            refX="2"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 0L8 4L0 8z" class="arrow bad" />
          </marker>
        </defs>
        {calls.map((each) => (
          <Edge key={`${each.calls.from} ${each.calls.to}`} placed={each} busiest={busiest} />
        ))}
        {nodes.map((each) => (
          <Node key={each.node.id} placed={each} box={box} />
        ))}
        {calls.map((each) => (
          <EdgeLabel key={`${each.calls.from} ${each.calls.to}`} placed={each} />
        ))}
      </svg>
    </div>
  )
}

function Edge({
  placed: { calls, path },
  busiest,
}: {
  readonly placed: PlacedCalls
  readonly busiest: number
}): JSX.Element {
  const bad = calls.errorRatio > 0
  return (
    <path
      class={bad ? 'edge bad' : 'edge'}
      d={path}
      stroke-width={1 + 2 * Math.sqrt(calls.rate / busiest)}
      marker-end={bad ? 'url(#arrow-bad)' : 'url(#arrow)'}
    />
  )
}

function EdgeLabel({ placed: { calls, x, y } }: { readonly placed: PlacedCalls }): JSX.Element {
  const bad = calls.errorRatio > 0
  return (
    <a href={hrefOf('traces', calls.traceId)} class="edge-label">
      <title>The newest trace of these calls</title>
      <rect x={x - 48} y={y - 17} width="96" height="34" rx="6" />
      <text x={x} y={y - 3} text-anchor="middle">
        {formatRate(calls.rate)}
        {bad && <tspan class="bad"> {formatShare(calls.errorRatio)}</tspan>}
      </text>
      <text x={x} y={y + 11} text-anchor="middle" class="faint">
        p95 {formatDuration(calls.p95Ms)}
      </text>
    </a>
  )
}

function Node({
  placed: { node, x, y },
  box,
}: {
  readonly placed: PlacedNode
  readonly box: MapLayout['box']
}): JSX.Element {
  const left = x - box.width / 2
  const top = y - box.height / 2
  const served = node.kind === 'service' ? formatRate(node.rate) : (node.system ?? node.kind)
  return (
    <g class={`node ${node.kind}`}>
      <title>{node.name}</title>
      <rect x={left} y={top} width={box.width} height={box.height} rx="8" />
      {node.kind === 'service' && (
        <rect
          class={`tab ${serviceColour(node.name)}`}
          x={left}
          y={top + 12}
          width="4"
          height={box.height - 24}
          rx="2"
        />
      )}
      <text x={left + 14} y={y - 4} class="name">
        {shorten(node.name, box.width)}
      </text>
      <text x={left + 14} y={y + 15} class="faint">
        {served}
        {node.errorRatio > 0 && <tspan class="bad"> {formatShare(node.errorRatio)}</tspan>}
      </text>
    </g>
  )
}

function CallTable({ map }: { readonly map: ServiceMap }): JSX.Element {
  const names = new Map(map.nodes.map(({ id, name }) => [id, name]))
  const calls = map.calls.toSorted((a: ServiceCalls, b: ServiceCalls) => b.rate - a.rate)
  return (
    <section class="charts-section">
      <h2>Calls</h2>
      <table class="plain-table calls-table" aria-label="Calls">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="number">
              Rate
            </th>
            <th scope="col" class="number">
              Errors
            </th>
            <th scope="col" class="number wide">
              p50
            </th>
            <th scope="col" class="number">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ from, to, rate, errorRatio, p50Ms, p95Ms, traceId }) => (
            <tr key={`${from} ${to}`}>
              <td>{names.get(from)}</td>
              <td>
                <a href={hrefOf('traces', traceId)} title="The newest trace of these calls">
                  {names.get(to)}
                </a>
              </td>
              <td class="number">{formatRate(rate)}</td>
              <td class={errorRatio > 0 ? 'number bad' : 'number'}>{formatShare(errorRatio)}</td>
              <td class="number wide">{formatDuration(p50Ms)}</td>
              <td class="number">{formatDuration(p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** As much of a name as surely fits. */
function shorten(name: string, width: number): string {
  const most = Math.floor((width - 20) / 7)
  return name.length > most ? `${name.slice(0, most - 1)}…` : name
}

/** How wide an element's content may be, in steps, so that a scroll bar changes nothing. */
function useRoom(): [(element: HTMLDivElement | null) => void, number] {
  const [room, setRoom] = useState(innerWidth)
  const observer = useRef<ResizeObserver | undefined>(undefined)
  const attach = useRef((element: HTMLDivElement | null) => {
    observer.current?.disconnect()
    if (element === null) return
    observer.current = new ResizeObserver(() => setRoom(Math.floor((element.clientWidth - 48) / 8) * 8))
    observer.current.observe(element)
  })
  return [attach.current, room]
}

/** Counts, at an interval. */
function useTicks(milliseconds: number): number {
  const [ticks, setTicks] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTicks((last) => last + 1), milliseconds)
    return () => clearInterval(timer)
  }, [milliseconds])
  return ticks
}
