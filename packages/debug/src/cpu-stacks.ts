import { samplingInterval, type CpuProfile } from './cpu-profile.ts'
import { frameOf, type Frame, type StackProfile } from './stack-profile.ts'

/** How much time and how many samples a node of the profile has of its own. */
interface Own {
  samples: number
  microseconds: number
}

/** Bun takes no samples of an idle process: the time since the one before says nothing after a pause. */
const longestOnBun = 10 * samplingInterval

/** What a CPU profile says, by stacks. The time in which nothing ran is left out. */
export function cpuStacks(profile: CpuProfile): StackProfile {
  const own = ownTimes(profile)
  const parents = parentsOf(profile)
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const stackOf = (id: number): Frame[] => {
    const frames: Frame[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = nodes.get(at)
      if (node !== undefined && node.callFrame.functionName !== '(root)') frames.push(frameOf(node.callFrame))
    }
    return frames
  }
  const samples = [...own]
    .map(([id, { samples: count, microseconds }]) => ({ frames: stackOf(id), values: [count, microseconds * 1000] }))
    .filter(({ frames: [innermost] }) => innermost !== undefined && innermost.name !== '(idle)')
  return {
    kinds: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    samples,
    period: { type: 'cpu', unit: 'nanoseconds', value: samplingInterval * 1000 },
  }
}

/** A sample lasts until the next one. */
function ownTimes({ samples = [], timeDeltas = [] }: CpuProfile): Map<number, Own> {
  const longest = 'Bun' in globalThis ? longestOnBun : Infinity
  const own = new Map<number, Own>()
  samples.forEach((id, i) => {
    const node = own.get(id) ?? { samples: 0, microseconds: 0 }
    node.samples += 1
    node.microseconds += Math.min(longest, Math.max(0, timeDeltas[i + 1] ?? samplingInterval))
    own.set(id, node)
  })
  return own
}

function parentsOf({ nodes }: CpuProfile): Map<number, number> {
  return new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
}
