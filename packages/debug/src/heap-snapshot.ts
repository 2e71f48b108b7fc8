import { Readable } from 'node:stream'
import type { Exchange } from '@seaworthy/middleware'
import { takeTurn } from './recording-turn.ts'
import { download } from './respond.ts'

/** Takes a snapshot of the heap and sends it as it is read. The process stands still while it is taken. */
export async function heapSnapshot(x: Exchange): Promise<Response> {
  const turn = takeTurn('a heap snapshot', 60)
  if ('refusal' in turn) return turn.refusal
  try {
    const { getHeapSnapshot } = await import('node:v8')
    const snapshot = getHeapSnapshot()
    snapshot.once('close', turn.end)
    x.signal.addEventListener('abort', () => snapshot.destroy(), { once: true })
    const body = Readable.toWeb(snapshot) as ReadableStream<Uint8Array>
    return download(body, { name: 'heap.heapsnapshot', type: 'application/json' })
  } catch (error) {
    turn.end()
    throw error
  }
}
