import { DebugError } from './debug-error.ts'
import type { StackProfile } from './stack-profile.ts'

interface JavaScriptCore {
  heapStats(): { readonly objectTypeCounts: Readonly<Record<string, number>> }
}

/** What Bun knows of its heap: how many objects of which type there are, and not where they were allocated. */
export async function objectCounts(): Promise<StackProfile> {
  const { heapStats } = await loadEngine()
  const counts = Object.entries(heapStats().objectTypeCounts)
  return {
    kinds: [{ type: 'inuse_objects', unit: 'count' }],
    samples: counts.map(([name, count]) => ({ frames: [{ name, file: '', line: 0 }], values: [count] })),
    period: { type: 'objects', unit: 'count', value: 1 },
    comment: 'All objects of the heap by their type: Bun does not tell where they were allocated.',
  }
}

/** The name is no literal: the types of Node, under which this is compiled, do not have the module. */
async function loadEngine(): Promise<JavaScriptCore> {
  const name = 'bun:jsc'
  const engine: unknown = await import(name)
  if (isEngine(engine)) return engine
  throw new DebugError('ERR_DEBUG_UNSUPPORTED', 'This version of Bun does not tell what is in its heap.')
}

function isEngine(engine: unknown): engine is JavaScriptCore {
  return (
    typeof engine === 'object' && engine !== null && 'heapStats' in engine && typeof engine.heapStats === 'function'
  )
}
