import type { JSX } from 'preact'

const paths = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'M3 8.5l3.2 3L13 4.5',
  light:
    'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  dark: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  debug: 'M2.5 4h11M2.5 8h7M2.5 12h9M13 7v4M11 9h4',
  flame: 'M2.5 13.5h11M3.5 10.5h9M3.5 7.5h6M5 4.5h3',
  help: 'M5.8 6a2.3 2.3 0 1 1 3.3 2.1c-.7.4-1.1.8-1.1 1.6M8 12v.6',
  alert: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.4v.6',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  next: 'M6.5 3.5L11 8l-4.5 4.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  up: 'M3.5 10L8 5.5l4.5 4.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2l7.5 4.8L5 12.8z',
  outside: 'M9 2.5h4.5V7M13.5 2.5L8 8M7 3.5H2.5v10h10V9',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  requests: 'M2 4h9M2 8h12M2 12h6',
  logs: 'M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
  metrics: 'M2 13.5V2.5M2 13.5h12M4.5 10.5l3-4 2.5 2 3.5-5',
  health: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  routes: 'M3 3.5h3.5l3 9H13M11 10.5l2 2-2 2M3 12.5h2',
  map: 'M2 5.5h4v5H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 8h2M8 8V4h2M8 8v4h2',
  config: 'M2 4.5h6M12 4.5h2M8 2.5v4h4v-4zM2 11.5h2M8 11.5h6M4 9.5v4h4v-4z',
} as const

/** The names of the drawings. */
export type IconName = keyof typeof paths

/** A line drawing of 16 pixels in the colour of the text; whoever shows it gives it its words. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
