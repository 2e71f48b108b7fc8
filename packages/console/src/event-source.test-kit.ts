import type { LiveEvents } from './index.ts'

/** An event as it came. */
export type Received = {
  [Name in keyof LiveEvents]: { readonly event: Name; readonly id: string; readonly data: LiveEvents[Name] }
}[keyof LiveEvents]

/** An open event stream. */
export interface EventSource extends AsyncDisposable {
  /** Everything that came so far. */
  readonly events: Received[]
  readonly response: Response
  /** Whether the other end has closed it. */
  readonly ended: boolean
}

/** Opens an event stream and reads it. */
export async function listen(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventSource> {
  const control = new AbortController()
  const response = await fetch(url, { headers: { ...headers }, signal: control.signal })
  const events: Received[] = []
  const state = { ended: false }
  const reading = read(response, events).then(
    () => (state.ended = true),
    () => (state.ended = true),
  )
  return {
    events,
    response,
    get ended() {
      return state.ended
    },
    async [Symbol.asyncDispose]() {
      control.abort()
      await reading
    },
  }
}

async function read(response: Response, events: Received[]): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event, id, data] = /^event: (\w+)\nid: (\S+)\ndata: (.*)$/.exec(block) ?? []
      if (data !== undefined) events.push({ event, id, data: JSON.parse(data) } as Received)
    }
  }
}
