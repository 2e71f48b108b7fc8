import { Readable } from 'node:stream'
import type { Exchange } from '@seaworthy/middleware'
import { takeTurn } from './recording-turn.ts'
import { download } from './respond.ts'

/** Milliseconds: a client that takes the snapshot slowly, or not at all, does not keep others from theirs. */
const longest = 10 * 60 * 1000

/** Takes a snapshot of the heap and sends it as it is read. The process stands still while it is taken. */
export async function heapSnapshot(x: Exchange): Promise<Response> {
  const turn = takeTurn('a heap snapshot', 60)
  if ('refusal' in turn) return turn.refusal
  try {
    const { getHeapSnapshot } = await import('node:v8')
    const snapshot = getHeapSnapshot()
    snapshot.once('close', turn.end)
    const ended = AbortSignal.any([x.signal, AbortSignal.timeout(longest)])
    ended.addEventListener('abort', () => snapshot.destroy(), { once: true })
    const body = Readable.toWeb(snapshot) as ReadableStream<Uint8Array>
    return download(body, { name: 'heap.heapsnapshot', type: 'application/json' })
  } catch (error) {
    turn.end()
    throw error
  }
}
