import type { JSX, RefObject } from 'preact'
import { Icon } from '../parts/icon.tsx'

const groups: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['1 … 7', 'go to a view'],
      ['/', 'search'],
      ['esc', 'empty the search, close, go back'],
      ['t', 'light or dark'],
      ['?', 'this help'],
    ],
  },
  {
    title: 'Lists',
    keys: [
      ['j k', 'next, previous'],
      ['enter', 'open'],
      ['home end', 'first, last'],
    ],
  },
  {
    title: 'A trace',
    keys: [
      ['j k', 'next, previous row'],
      ['← →', 'fold, unfold'],
      ['e', 'next error'],
      ['n', 'next that the search found'],
      ['l', 'log lines in place, or not'],
      ['z', 'the whole time again'],
    ],
  },
]

/** What the keys do. */
export function Help({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }): JSX.Element {
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <header>
        <h2 id="help-title">Keyboard</h2>
        <button type="button" class="plain" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div class="help-groups">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, meaning]) => (
                <div key={key}>
                  <dt>{key.split(' ').map((part) => (part === '…' ? ' … ' : <kbd key={part}>{part}</kbd>))}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}
