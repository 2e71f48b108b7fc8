import type { ComponentChildren, JSX } from 'preact'

/** What stands where there is nothing yet: why, and what would change it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
