import type { ComponentChildren, JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { useKeys } from '../state/keys.ts'

/** What a panel needs. */
export interface PanelProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** Details beside a list; below it on a narrow screen. Escape closes it. */
export function Panel({ title, onClose, children }: PanelProps): JSX.Element {
  useKeys({ Escape: onClose })
  return (
    <aside class="panel" aria-label={title}>
      <header>
        <h2 title={title}>{title}</h2>
        <button type="button" class="plain" aria-label="Close" title="Close (esc)" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </aside>
  )
}
