import type { Exchange } from '@seaworthy/middleware'
import { refused } from './answer-debug.ts'
import { startCpuProfile, type CpuProfile } from './cpu-profile.ts'
import { cpuStacks } from './cpu-stacks.ts'
import { startHeapProfile } from './heap-profile.ts'
import { toPprof } from './pprof.ts'
import { readSeconds } from './read-seconds.ts'
import { beginRecording, cutShort } from './recording.ts'
import { download } from './respond.ts'
import type { StackProfile } from './stack-profile.ts'

/** Records a CPU profile: pprof, or `?format=cpuprofile`. */
export async function answerCpu(x: Exchange, query: URLSearchParams, most: number): Promise<Response> {
  const seconds = readSeconds(query, most)
  if (typeof seconds !== 'number') return seconds
  const format = query.get('format') ?? 'pprof'
  if (format !== 'pprof' && format !== 'cpuprofile') return refused(400, 'Write ?format=pprof or ?format=cpuprofile.')
  const plan = { what: 'a CPU profile', seconds, signal: x.signal, start: startCpuProfile }
  const recording = await beginRecording(x, plan)
  if (!('ended' in recording)) return recording
  const profile = await recording.ended
  if (profile === undefined) return cutShort()
  return format === 'pprof' ? pprofFile('cpu', cpuStacks(profile), seconds) : cpuProfileFile(profile)
}

/** Records a sampling heap profile, as pprof. */
export async function answerHeap(x: Exchange, query: URLSearchParams, most: number): Promise<Response> {
  const seconds = readSeconds(query, most)
  if (typeof seconds !== 'number') return seconds
  const plan = { what: 'a heap profile', seconds, signal: x.signal, start: startHeapProfile }
  const recording = await beginRecording(x, plan)
  if (!('ended' in recording)) return recording
  const profile = await recording.ended
  return profile === undefined ? cutShort() : pprofFile('heap', profile, seconds)
}

async function pprofFile(name: string, profile: StackProfile, seconds: number): Promise<Response> {
  const body = await toPprof(profile, seconds * 1000)
  return download(body, { name: `${name}.pb.gz`, type: 'application/octet-stream' })
}

function cpuProfileFile(profile: CpuProfile): Response {
  return download(JSON.stringify(profile), { name: 'cpu.cpuprofile', type: 'application/json' })
}
