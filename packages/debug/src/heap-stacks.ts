import type { HeapProfiler } from 'node:inspector'
import { DebugError } from './debug-error.ts'
import { frameOf, type Frame, type StackProfile, type StackSample } from './stack-profile.ts'

/** Members that V8 gives since 2019, and the types of Node do not have. */
type Node = Omit<HeapProfiler.SamplingHeapProfileNode, 'children'> & { readonly id: number; readonly children: Node[] }

interface SampledHeap {
  readonly head: Node
  readonly samples: readonly { readonly nodeId: number }[]
}

/** Bytes between two samples, on average. */
export const heapSamplingInterval: number = 32 * 1024

/** What a sampling heap profile says, by stacks: what was allocated and is still there. */
export function heapStacks(profile: HeapProfiler.SamplingHeapProfile): StackProfile {
  const { head, samples } = assertSampled(profile)
  const counts = new Map<number, number>()
  for (const { nodeId } of samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
  return {
    kinds: [
      { type: 'inuse_objects', unit: 'count' },
      { type: 'inuse_space', unit: 'bytes' },
    ],
    samples: collect(head, counts),
    period: { type: 'space', unit: 'bytes', value: heapSamplingInterval },
  }
}

function assertSampled(profile: object): SampledHeap {
  if (isSampled(profile)) return profile
  throw new DebugError('ERR_DEBUG_UNSUPPORTED', 'This runtime has no sampling heap profiler.')
}

function isSampled(profile: object): profile is SampledHeap {
  return 'samples' in profile && 'head' in profile
}

/** Without recursion: stacks of a runaway recursion are what a profile is taken for. */
function collect(head: Node, counts: ReadonlyMap<number, number>): StackSample[] {
  const found: StackSample[] = []
  const open: { readonly node: Node; readonly above: readonly Frame[] }[] = [{ node: head, above: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, above } = next
    const isRoot = node.callFrame.functionName === '(root)'
    const frames = isRoot ? above : [frameOf(node.callFrame), ...above]
    if (node.selfSize > 0 && frames.length > 0)
      found.push({ frames, values: [counts.get(node.id) ?? 1, node.selfSize] })
    for (const child of node.children) open.push({ node: child, above: frames })
  }
  return found
}
