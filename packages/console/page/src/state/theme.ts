import { effect, type Signal, signal } from '@preact/signals'

/** What is shown: as the system has it, or as the person chose. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'seaworthy-console-theme'

/** The chosen theme; kept in this browser. */
const theme: Signal<Theme> = signal(readTheme())

/** Counts the changes of what colours are: charts are drawn again then. */
export const colours: Signal<number> = signal(0)

/** Light or dark, as it is shown now. */
export function shownTheme(): 'light' | 'dark' {
  if (theme.value !== 'system') return theme.value
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** Light becomes dark, dark becomes light. What the system has is followed again once it is chosen back. */
export function switchTheme(): void {
  const next = shownTheme() === 'dark' ? 'light' : 'dark'
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  theme.value = next === system ? 'system' : next
}

/** What a custom property of a colour comes to, for a canvas. */
export function colourOf(property: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

effect(() => {
  const chosen = theme.value
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
  keep(chosen)
  colours.value = colours.peek() + 1
})

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours.value += 1
})

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(key)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system' // storage is denied: nothing is kept
  }
}

function keep(chosen: Theme): void {
  try {
    if (chosen === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, chosen)
  } catch {
    // storage is denied: nothing is kept
  }
}
