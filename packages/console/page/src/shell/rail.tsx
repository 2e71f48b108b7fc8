import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { connection } from '../state/live.ts'
import { meta } from '../state/meta.ts'
import { hrefOf, place, type View, views } from '../state/place.ts'
import { shownTheme, switchTheme } from '../state/theme.ts'
import { DebugControls } from './debug-controls.tsx'
import { HealthDot } from './health-dot.tsx'

/** The navigation, and what concerns the page as a whole. */
export function Rail({ onHelp }: { readonly onHelp: () => void }): JSX.Element {
  const { view } = place.value
  return (
    <header class="rail">
      <a class="brand" href={hrefOf('requests')}>
        <Logo />
        <span>
          <strong>{meta.value?.service.name ?? 'Console'}</strong>
          <small>{subtitle()}</small>
        </span>
      </a>
      <nav aria-label="Views">
        {views.map((each) => (
          <a key={each} href={hrefOf(each)} aria-current={isCurrent(each, view) ? 'page' : undefined}>
            <Icon name={each} />
            <span>{each}</span>
            {each === 'health' && <HealthDot />}
          </a>
        ))}
      </nav>
      <div class="rail-foot">
        <DebugControls />
        <div class="rail-buttons">
          <LiveState />
          <button
            type="button"
            class="plain"
            onClick={switchTheme}
            aria-label={`Switch to ${other()}`}
            title={`Switch to ${other()} (t)`}
          >
            <Icon name={shownTheme() === 'dark' ? 'light' : 'dark'} />
          </button>
          <button
            type="button"
            class="plain"
            onClick={onHelp}
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
          >
            <Icon name="help" />
          </button>
        </div>
      </div>
    </header>
  )
}

function LiveState(): JSX.Element {
  const state = connection.value
  const words = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' }[state]
  return (
    <p class={`live ${state}`} role="status">
      <i />
      {words}
    </p>
  )
}

function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 10h18M11 16h11M15 22h5" />
    </svg>
  )
}

function subtitle(): string {
  const now = meta.value
  if (now === undefined) return ' '
  const { environment, version } = now.service
  return [version, environment ?? `${now.runtime.name} ${now.runtime.version}`].filter(Boolean).join(' · ')
}

function isCurrent(each: View, view: View): boolean {
  return each === view || (each === 'requests' && view === 'traces')
}

function other(): string {
  return shownTheme() === 'dark' ? 'light' : 'dark'
}
