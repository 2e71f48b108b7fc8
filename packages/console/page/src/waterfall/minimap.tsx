import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { SpanBar } from '../../../src/api.ts'
import { serviceColour } from '../state/meta.ts'
import { colourOf, colours } from '../state/theme.ts'
import { percent } from './scale.ts'
import type { Zoom } from './use-zoom.ts'

const height = 48

/** The whole trace in small: where its time goes, and a way to choose a part of it. */
export function Minimap({
  spans,
  durationMs,
  zoom,
}: {
  readonly spans: readonly SpanBar[]
  readonly durationMs: number
  readonly zoom: Zoom
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const version = colours.value
  const whole = { from: 0, to: durationMs }

  useEffect(() => {
    const element = canvas.current
    if (element === null) return undefined
    const draw = () => drawSpans(element, spans, durationMs)
    const resized = new ResizeObserver(draw)
    resized.observe(element)
    return () => resized.disconnect()
  }, [spans, durationMs, version])

  const shown = zoom.chosen ?? (zoom.zoomed ? zoom.range : undefined)
  const left = shown === undefined ? 0 : percent(shown.from, whole)
  const width = shown === undefined ? 100 : percent(shown.to, whole) - left
  return (
    <div class="minimap" title="Drag to zoom, double click for everything" {...zoom.drag(whole)}>
      <canvas ref={canvas} height={height} aria-hidden="true" />
      {shown && <div class="minimap-range" style={{ left: `${left}%`, width: `${width}%` }} />}
    </div>
  )
}

function drawSpans(canvas: HTMLCanvasElement, spans: readonly SpanBar[], durationMs: number): void {
  const ratio = devicePixelRatio
  const width = canvas.clientWidth
  canvas.width = width * ratio
  canvas.height = height * ratio
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(ratio, ratio)
  const palette = new Map<string, string>()
  const paint = (name: string): string => {
    const known = palette.get(name) ?? colourOf(name)
    palette.set(name, known)
    return known
  }
  const line = Math.max(1, Math.min(3, (height - 4) / spans.length))
  for (const [index, { offsetMs, durationMs: length, error, service }] of spans.entries()) {
    context.fillStyle = paint(error ? '--error' : `--service-${serviceColour(service).slice(1)}`)
    const y = 2 + (index / Math.max(1, spans.length)) * (height - 4 - line)
    context.fillRect((offsetMs / durationMs) * width, y, Math.max(1, (length / durationMs) * width), line)
  }
}
